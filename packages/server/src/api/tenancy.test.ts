import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { problemSchema, runViewSchema } from '@duovir/protocol';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { CALL, HealedRun } from '../why/healed-run.fixture.ts';
import { startApi, type Person, type TestApi } from './api.fixture.ts';
import { endpointsOf } from './app.ts';
import type { Endpoint } from './endpoint.ts';
import { referMotion } from './referred-motion.fixture.ts';
import { newRunId } from './run-id.ts';
import { systemRandom } from '../random.ts';

/** Nowhere but in Ann's run, which is of no team. Dan is of the team payments. */
const WORDS = ['Cluster PostgreSQL', 'primary', 'the bytes of a prompt'];

let server: TestApi;
let run: HealedRun;
let motion: string;
let index: number;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
  run = new HealedRun(server);
  await run.tell();
  motion = (await server.api.motions.ofRun(run.id)).at(-1)?.digest ?? '';
  index = (await server.api.log.entries({ run: run.id, limit: 1 }))[0]?.index ?? -1;
  await leave();
  await refer();
});
afterAll(() => server.close());

/** Something has left for a model. */
async function leave(): Promise<void> {
  const { documents, egressCalls } = server.api;
  const { digest } = await documents.put(run.id, 'egress-sent', WORDS[2], '0'.repeat(64));
  const leaving = {
    run: run.id,
    call: CALL,
    try: 1,
    principal: 'reviewer-security',
    purpose: 'review',
    question: digest,
    model: 'some-model',
    provider: 'anthropic',
    dataClass: 'internal',
    redactions: {},
  } as const;
  await egressCalls.intend(leaving as never, { digest, bytes: 1, time: new Date().toISOString() });
  await egressCalls.leave(CALL, 1, index);
}

/** Another run of hers waits for people. */
async function refer(): Promise<void> {
  const answer = await server.ask('/v1/runs', {
    method: 'POST',
    body: JSON.stringify({ goal: WORDS[0], target: 'sandbox' }),
    headers: { 'content-type': 'application/json' },
  });
  await referMotion(server, { run: runViewSchema.parse(await answer.json()).id });
}

/** The path with what belongs to Ann's run in it, or to no run at all. */
function pathOf(
  { path, operation }: Endpoint,
  foreign = { run: run.id, motion, call: CALL, index: String(index) },
): string {
  const filled = path
    .replace('{run}', foreign.run)
    .replace('{motion}', foreign.motion)
    .replace('{call}', foreign.call)
    .replace('{index}', foreign.index)
    .replace('{tile}', '0/000.p/1');
  if (operation === 'explainValue') return `${filled}?resource=postgresql&path=port`;
  if (operation === 'listChanges') return `${filled}?decision=${foreign.run}`;
  if (operation === 'getBudget') return `${filled}?run=${foreign.run}`;
  return operation === 'readEvents' || operation === 'readRunEvents' ? `${filled}?after=0` : filled;
}

async function read(path: string, as: Person, method = 'GET'): Promise<{ status: number; text: string }> {
  const ended = new AbortController();
  const body = method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {};
  const answer = await server.ask(path, { as, method, signal: ended.signal, redirect: 'manual', ...body });
  if (answer.headers.get('content-type') !== 'text/event-stream')
    return { status: answer.status, text: await answer.text() };
  let text = '';
  const reading = (async () => {
    for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => undefined);
  await sleep(400);
  ended.abort();
  await reading;
  return { status: answer.status, text };
}

/** A problem repeats the path that was asked for: what the asker has named himself tells him nothing. */
const tells = (text: string, asked = ''): boolean =>
  [run.id, motion, CALL, ...WORDS].some((word) => !asked.includes(word) && text.includes(word));
const reading = (): Endpoint[] => endpointsOf(server.api).filter(({ method }) => method === 'get');

test('no operation is without a declared action, and only these are public', () => {
  const open = endpointsOf(server.api).filter(({ access }) => access === 'public');
  expect(open.map(({ operation }) => operation).toSorted()).toEqual([
    'beginLogin',
    'finishLogin',
    'getHealth',
    'getLoginOffer',
    'logOut',
  ]);
  for (const { path, access } of endpointsOf(server.api))
    if (path.includes('{run}')) expect([path, access]).toMatchObject([path, { resource: 'run' }]);
});

describe('Ann, of the same tenant,', () => {
  test('is told of her run by every operation about runs', async () => {
    const silent: string[] = [];
    for (const endpoint of reading()) {
      const { access, operation } = endpoint;
      if (access === 'public' || access.resource === 'installation') continue;
      const { status, text } = await read(pathOf(endpoint), 'ann');
      if (status !== 200 || !tells(text)) silent.push(operation);
    }
    // What Ann's run has nothing of: no line was written, no evidence was stored, no money spent; a proof names no run, and what is sealed is an auditor's.
    expect(silent.toSorted()).toEqual(['getBudget', 'getEvidence', 'getProof', 'listLogLines', 'readOpenings']);
  });
});

describe('Dan, of another tenant,', () => {
  test('is told nothing of her run by any operation', async () => {
    for (const endpoint of reading()) {
      const path = pathOf(endpoint);
      const { text } = await read(path, 'dan');
      expect([endpoint.operation, tells(text, path) ? text : 'nothing']).toEqual([endpoint.operation, 'nothing']);
    }
  });

  test('gets the same answer about her run as about none', async () => {
    const nothing = newRunId(systemRandom);
    for (const endpoint of endpointsOf(server.api).filter(({ path }) => path.includes('{run}'))) {
      const method = endpoint.method.toUpperCase();
      const [hers, none] = await Promise.all(
        [run.id, nothing].map(async (id) => {
          const { status, text } = await read(endpoint.path.replace('{run}', id), 'dan', method);
          return [endpoint.operation, status, problemSchema.parse(JSON.parse(text.replaceAll(id, 'some-run')))];
        }),
      );
      expect(hers).toEqual(none);
      expect(hers).toMatchObject([endpoint.operation, 404, { code: 'run-unknown' }]);
    }
  });

  test('is not told of it by ledger entry, proof, call or motion either', async () => {
    const codes = await Promise.all(
      [
        `/v1/ledger/entries/${index}`,
        `/v1/ledger/proof/${index}`,
        `/v1/egress/${CALL}`,
        `/v1/motions/${motion}/debate`,
        `/v1/motions/${motion}/evidence`,
        `/v1/budget?run=${run.id}`,
        '/v1/why?resource=postgresql&path=port',
      ].map(async (path) => {
        const { status, text } = await read(path, 'dan');
        return [status, problemSchema.parse(JSON.parse(text)).code];
      }),
    );
    expect(codes).toEqual([
      [404, 'entry-missing'],
      [404, 'entry-missing'],
      [404, 'call-unknown'],
      [404, 'motion-unknown'],
      [404, 'motion-unknown'],
      [404, 'run-unknown'],
      [404, 'setting-unknown'],
    ]);
  });

  test('may still verify the tree that her entries are in', async () => {
    for (const path of [
      '/v1/ledger',
      '/v1/ledger/checkpoint',
      '/v1/ledger/checkpoints?size=1',
      '/v1/ledger/tile/0/000.p/1',
    ])
      expect((await read(path, 'dan')).status).toBe(200);
  });
});

test('a list goes on behind what a reader may not see', async () => {
  const answer = await server.ask('/v1/runs', {
    as: 'dan',
    method: 'POST',
    body: JSON.stringify({ goal: 'Pay', target: 'sandbox' }),
    headers: { 'content-type': 'application/json' },
  });
  // Signed requests are asked for from R0 on only where the runner starts them; the API takes this one.
  expect(answer.status).toBe(201);
  const more = new HealedRun(server);
  await more.tell();
  const goals: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await server.ask(`/v1/runs?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`, { as: 'dan' });
    const body = (await page.json()) as { items: { goal: string }[]; cursor: string | null };
    goals.push(...body.items.map(({ goal }) => goal));
    cursor = body.cursor;
  }
  expect(goals).toEqual(['Pay']);
});
