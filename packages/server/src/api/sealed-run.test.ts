import { digestOf, problemSchema, runViewSchema, signStatement } from '@duovir/protocol';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { askModel, questionOf } from '../gateway/asking.fixture.ts';
import { modelsAt, startScriptedModels, type ScriptedModels } from '../gateway/scripted-models.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { startApi, type Person, type TestApi } from './api.fixture.ts';
import { referMotion } from './referred-motion.fixture.ts';

/** Far below the minute for which callers wait for a ledger that may come back. */
const AT_ONCE_MS = 5000;

let models: ScriptedModels;
let server: TestApi;
beforeAll(async () => {
  models = await startScriptedModels([{ reply: { kind: 'json', value: { ok: true } } }]);
  server = await startApi(await freshDatabase(inject('postgres')), modelsAt(models.url));
});
afterAll(async () => {
  await server.close();
  await models.close();
});

function post(path: string, as: Person, body: unknown = {}): Promise<Response> {
  return server.ask(path, {
    method: 'POST',
    as,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
}

async function start(): Promise<string> {
  const answer = await post('/v1/runs', 'ann', { goal: 'Delete what is old', target: 'sandbox' });
  return runViewSchema.parse(await answer.json()).id;
}

/** The last word is in the ledger, and nobody has read it yet: as if the server had died right after it. */
async function seal(run: string): Promise<void> {
  const { api } = server;
  const head = await api.ledger.head(run);
  const envelope = await signStatement(api.signer, {
    kind: 'settlement',
    run,
    time: new Date().toISOString(),
    subject: digestOf(await api.runs.accepted(run)),
    predicate: { outcome: 'failed', reason: 'run.failed', steps: 0, heals: 0, tokens: 0, microUsd: 0, ...head },
  });
  await api.ledger.append([{ key: `${run}/settlement`, run, envelope, after: head.entries }]);
}

async function refusedAtOnce(answering: Promise<Response>): Promise<string> {
  const started = performance.now();
  const answer = await answering;
  expect(answer.status).toBe(409);
  expect(performance.now() - started).toBeLessThan(AT_ONCE_MS);
  return problemSchema.parse(await answer.json()).code;
}

test('whoever cancels a run that is just being sealed is told that it has ended', async () => {
  const run = await start();
  await seal(run);
  expect(await refusedAtOnce(post(`/v1/runs/${run}/cancel`, 'ann'))).toBe('run-settled');
  expect(server.halted).not.toContain(run);
});

test('an approval that comes after the last word counts for nothing', async () => {
  const run = await start();
  const motion = await referMotion(server, { run });
  await seal(run);
  const approval = await signStatement(server.signer('bob'), {
    kind: 'approval',
    run,
    time: '2026-01-01T00:00:00.000Z',
    subject: motion,
    predicate: { verdict: 'approve', trustPolicy: server.api.trust.current().digest },
  });
  expect(await refusedAtOnce(post(`/v1/runs/${run}/approvals`, 'bob', { motion, approval }))).toBe('run-settled');
  expect(await server.api.runs.approvals(motion)).toEqual([]);
});

test('nothing leaves for a model after the last word', async () => {
  const run = await start();
  await seal(run);
  const before = models.received().length;
  expect(await askModel(server, questionOf(run, 'one'))).toMatchObject({ kind: 'refused' });
  expect(models.received()).toHaveLength(before);
});

test('a count that is no longer right is said at once, not waited for', async () => {
  const run = await start();
  await post(`/v1/runs/${run}/cancel`, 'ann');
  const envelope = await signStatement(server.api.signer, {
    kind: 'cancellation',
    run,
    time: new Date().toISOString(),
    subject: digestOf('request'),
    predicate: { person: 'ann' },
  });
  const started = performance.now();
  await expect(server.api.ledger.append([{ key: `${run}/other`, run, envelope, after: 0 }])).rejects.toMatchObject({
    code: 'run-grown',
  });
  expect(performance.now() - started).toBeLessThan(AT_ONCE_MS);
});
