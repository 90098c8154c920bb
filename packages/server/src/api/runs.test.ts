import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { problemSchema, runViewSchema, type RunView } from '@duovir/protocol';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { startApi, type TestApi } from './api.fixture.ts';

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

const request = { goal: 'Cluster PostgreSQL: one primary and two streaming replicas', target: 'sandbox' };

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return server.ask(path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

async function start(headers: Record<string, string> = {}): Promise<RunView> {
  const answer = await post('/v1/runs', request, headers);
  expect(answer.status).toBe(201);
  return runViewSchema.parse(await answer.json());
}

test('a request becomes a run and is handed to the engine', async () => {
  const answer = await post('/v1/runs', request);
  const run = runViewSchema.parse(await answer.json());
  expect(answer.headers.get('location')).toBe(`/v1/runs/${run.id}`);
  expect(run).toMatchObject({ goal: request.goal, requester: 'ann', state: { kind: 'running', stage: 'request' } });
  expect(server.submitted).toContain(run.id);
  expect(runViewSchema.parse(await (await server.ask(`/v1/runs/${run.id}`)).json())).toEqual(run);
});

test('one idempotency key starts one run, even when twenty callers race', async () => {
  const headers = { 'idempotency-key': 'race-1' };
  const runs = await Promise.all(Array.from({ length: 20 }, () => start(headers)));
  expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
  const other = await post('/v1/runs', { ...request, goal: 'Something else' }, headers);
  expect(other.status).toBe(422);
  expect(problemSchema.parse(await other.json()).code).toBe('idempotency-key-reused');
});

test('the same key of another person is another key', async () => {
  const headers = { 'idempotency-key': 'shared' };
  const own = await start(headers);
  const other = await server.ask('/v1/runs', {
    method: 'POST',
    as: 'bob',
    body: JSON.stringify(request),
    headers: { 'content-type': 'application/json', ...headers },
  });
  expect(runViewSchema.parse(await other.json()).id).not.toBe(own.id);
});

test('pages go through all runs, newest first, while new ones arrive', async () => {
  const before = await Promise.all([start(), start(), start(), start(), start()]);
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const answer = await server.ask(`/v1/runs?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
    const page = (await answer.json()) as { items: RunView[]; cursor: string | null };
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.cursor;
    await start();
  }
  expect(new Set(seen).size).toBe(seen.length);
  for (const { id } of before) expect(seen).toContain(id);
});

test('a cancelled run is stopped now, and the cancellation is in the ledger before it', async () => {
  const run = await start();
  const answer = await server.ask(`/v1/runs/${run.id}/cancel`, { method: 'POST' });
  expect(answer.status).toBe(202);
  expect(server.halted).toContain(run.id);
  expect(await server.api.runs.cancelled(run.id)).toBe(true);
  const [entry] = await server.api.log.entries({ run: run.id });
  expect(entry?.kind).toBe('cancellation');
  // Somebody else who stops it too changes nothing.
  expect((await server.ask(`/v1/runs/${run.id}/cancel`, { method: 'POST', as: 'bob' })).status).toBe(202);
  expect(await server.api.log.entries({ run: run.id })).toHaveLength(1);
});

test('a run that has ended cannot be cancelled', async () => {
  const run = await start();
  await server.api.runs.setState(
    run.id,
    { kind: 'settled', outcome: 'succeeded', reason: 'goal.seen', explanation: 'done' },
    {},
  );
  const answer = await server.ask(`/v1/runs/${run.id}/cancel`, { method: 'POST' });
  expect(answer.status).toBe(409);
  const view = runViewSchema.parse(await (await server.ask(`/v1/runs/${run.id}`)).json());
  expect(view.endedAt).not.toBeNull();
});
