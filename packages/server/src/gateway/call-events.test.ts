import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { acceptRun } from './asking.fixture.ts';
import { CallEvents } from './call-events.ts';

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

test('how far a model has come is told twice a second at most, in order, and kept only while it writes', async () => {
  const run = await acceptRun(server);
  const { api } = server;
  const seen: string[] = [];
  const stop = api.feed.listen(({ bytes }) => seen.push(/event: (\S+)/.exec(bytes.toString())?.[1] ?? ''));
  let now = Date.now();
  const calls = new CallEvents(api.events, { now: () => new Date(now) }, () => 7);
  const call = { run, call: `call-${'b'.repeat(26)}`, principal: 'planner' };
  const spent = { tokens: 100, microUsd: 300 };
  calls.tell({ kind: 'started', ...call, purpose: 'plan', model: 'claude', reserved: spent, redactions: 2 });
  expect([...calls.runs]).toEqual([run]);
  for (let tokens = 1; tokens <= 100; tokens += 1) {
    calls.tell({ kind: 'writing', ...call, tokens });
    now += 20;
  }
  calls.tell({ kind: 'retrying', ...call, try: 2, reason: 'status 429 '.repeat(100) });
  calls.tell({ kind: 'ended', ...call, outcome: 'answered', explanation: '', spent, milliseconds: 2000 });
  expect([...calls.runs]).toEqual([]);

  await vi.waitFor(async () => {
    const kept = (await api.events.ofRun(run)).map(({ type }) => type);
    expect(kept).toEqual(['model-start', 'model-retry', 'model-end']);
  });
  stop();
  expect(seen).toEqual([
    'model-start',
    ...Array.from({ length: 4 }, () => 'model-progress'),
    'model-retry',
    'model-end',
  ]);
  expect((await api.events.ofRun(run)).at(-1)).toMatchObject({ body: { tokens: 100, microUsd: 300, entry: 7 } });
});
