import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runViewSchema, type Digest } from '@duovir/protocol';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { mark } from '../ledger/marks.ts';
import { startPostgres, type Postgres } from '../postgres/start.ts';

let folder: string;
let postgres: Postgres;
let server: TestApi;

/** With everything flushed, as in the product: what was acknowledged must survive. */
async function start(): Promise<Postgres> {
  return startPostgres({ directory: folder, onLog: () => {} });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'duovir-vanishing-'));
  chmodSync(folder, 0o755);
  postgres = await start();
  server = await startApi(postgres.url);
});
afterAll(async () => {
  await server.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function killAndRestart(times: number): Promise<void> {
  for (let round = 0; round < times; round += 1) {
    await sleep(300);
    process.kill(postgres.pid, 'SIGKILL');
    await postgres.exited;
    postgres = await start();
  }
}

test('PostgreSQL killed again and again loses nothing that was acknowledged and repeats nothing', async () => {
  const { api } = server;
  const answer = await server.ask('/v1/runs', {
    method: 'POST',
    body: JSON.stringify({ goal: 'Anything', target: 'sandbox' }),
    headers: { 'content-type': 'application/json' },
  });
  const { id: run } = runViewSchema.parse(await answer.json());
  const live: number[] = [];
  const stopListening = api.feed.listen(({ seq }) => live.push(seq));
  let isOver = false;
  const events: number[] = [];
  const write = async (writer: number): Promise<void> => {
    for (let index = 0; !isOver; index += 1) {
      const event = { type: 'step-skip', body: { step: 'a', reason: '' } } as const;
      events.push((await api.events.publish(run, `${writer}-${index}`, event)).seq);
    }
  };
  let marks = 0;
  const append = async (): Promise<void> => {
    while (!isOver) {
      await mark('log-start', api.trust.current().digest, api);
      marks += 1;
    }
  };
  const documents: Digest[] = [];
  const store = async (): Promise<void> => {
    for (let index = 0; !isOver; index += 1)
      documents.push((await api.documents.put(run, 'output', { index }, '0'.repeat(64))).digest);
  };
  const work = Promise.all([write(1), write(2), write(3), append(), store()]);
  await killAndRestart(4);
  await sleep(200);
  isOver = true;
  await work;
  stopListening();

  const stored = (await api.events.read(0, 1_000_000, run)).map(({ seq }) => seq);
  expect(stored).toEqual(events.toSorted((a, b) => a - b));
  expect(new Set(stored).size).toBe(stored.length);
  expect(live).toEqual(stored);
  expect(api.log.status().size).toBe(marks);
  for (const [index, digest] of documents.entries()) expect(await api.documents.get(digest)).toEqual({ index });
  expect(documents.length).toBeGreaterThan(10);
}, 120_000);

test('a request that arrives while PostgreSQL is away is answered when it is back', async () => {
  process.kill(postgres.pid, 'SIGKILL');
  await postgres.exited;
  const answer = server.ask('/v1/runs');
  await sleep(300);
  postgres = await start();
  expect((await answer).status).toBe(200);
});

test('an altered document does not open', async () => {
  const { api } = server;
  const [run] = await api.runs.page(1);
  const { digest } = await api.documents.put(run?.view.id ?? '', 'plan', { secret: 'word' }, '0'.repeat(64));
  const [row] = await api.database.query('select sealed from duovir.document where digest = $1', [digest]);
  const sealed = row?.['sealed'] as Buffer;
  expect(sealed.includes('word')).toBe(false);
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
  await api.database.query('update duovir.document set sealed = $2 where digest = $1', [digest, sealed]);
  await expect(api.documents.get(digest)).rejects.toMatchObject({ code: 'document-altered' });
});
