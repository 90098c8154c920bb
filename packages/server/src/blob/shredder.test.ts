import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { LedgerPort } from '@duovir/engine';
import { blobViewSchema, pageOf, shreddingSchema, type BlobView, type Shredding } from '@duovir/protocol';
import { startApi, type Person, type TestApi } from '../api/api.fixture.ts';
import { entriesOfKind } from '../audit/entries-of-kind.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { sealedRun } from './sealed-run.fixture.ts';
import { Shredder } from './shredder.ts';

const words = (name: string): string => `Ring ${name} at 555 0199 about the old house`;
let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

async function shred(commitments: readonly string[], as: Person = 'cara', reason = 'erasure'): Promise<Response> {
  return server.ask('/v1/blobs/shred', {
    as,
    method: 'POST',
    body: JSON.stringify({ commitments, reason }),
    headers: { 'content-type': 'application/json' },
  });
}
const shredded = async (commitments: readonly string[]): Promise<Shredding> =>
  shreddingSchema.parse(await (await shred(commitments)).json());
const codeOf = async (answer: Promise<Response>): Promise<string> => {
  const { status, code } = (await (await answer).json()) as { status: number; code: string };
  return `${status} ${code}`;
};
async function listed(query: string, as: Person = 'ann'): Promise<BlobView[]> {
  const answer = await server.ask(`/v1/blobs?limit=500&${query}`, { as });
  return pageOf(blobViewSchema).parse(await answer.json()).items;
}

/** Every table in which the words still stand, besides the sealed bytes, which nobody reads. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await server.api.database.query(
    "select table_name from information_schema.tables where table_schema = 'duovir' and table_type = 'BASE TABLE'",
  );
  const found: string[] = [];
  for (const { table_name: name } of tables) {
    const rows = await server.api.database.query(
      `select 1 from duovir.${String(name)} as t where strpos(row_to_json(t)::text, $1) > 0 limit 1`,
      [text],
    );
    if (rows.length > 0) found.push(String(name));
  }
  return found;
}

test('everything of a run can be shredded, one by one or at once, and nothing in the database says it any more', async () => {
  const text = words('Ada');
  const run = await sealedRun(server, text);
  expect(await tablesWith(text)).toEqual(expect.arrayContaining(['run', 'event', 'motion']));
  const before = await listed(`run=${run.id}`);
  expect(before.map(({ role, entry }) => `${role} ${entry !== null}`).toSorted()).toEqual([
    'opinion/reviewer-security true',
    'output false',
    'plan true',
    'request true',
  ]);
  const done = await shredded([run.request, run.planned, run.opinion]);
  expect(done.shredded.map(({ commitment }) => commitment).toSorted()).toEqual(
    [run.request, run.planned, run.opinion].toSorted(),
  );
  expect(await tablesWith(text)).toEqual([]);
  const [kept] = await server.api.database.query(
    'select count(*) filter (where key is not null or salt is not null or sealed is not null) as keys from duovir.document where run = $1',
    [run.id],
  );
  expect(Number(kept?.['keys'])).toBe(0);
  const vaults = await server.api.database.query('select 1 from duovir.placeholder_vault where run = $1', [run.id]);
  expect(vaults).toEqual([]);
  expect((await listed(`run=${run.id}`)).every(({ bytes, shreddedBy }) => bytes === null && shreddedBy !== null)).toBe(
    true,
  );
});

test('who asks for what was shredded is told by which entry', async () => {
  const text = words('Bea');
  const run = await sealedRun(server, text);
  await shredded([run.planned, run.request, run.opinion]);
  const statements = await entriesOfKind(server.api.log, 'blob-shred');
  expect(statements.filter(({ subject }) => subject === run.planned)).toMatchObject([
    { predicate: { person: 'cara', reason: 'erasure' } },
  ]);
  expect(await codeOf(server.ask(`/v1/runs/${run.id}/plan`))).toBe('410 document-shredded');
  const shown = await Promise.all(
    [`/v1/runs/${run.id}`, `/v1/runs/${run.id}/motions`, `/v1/runs/${run.id}/opinions`, `/v1/runs/${run.id}/steps`].map(
      async (path) => {
        const answer = await server.ask(path);
        return [answer.status, /shredded by entry \d+/.test(await answer.text())];
      },
    ),
  );
  expect(shown).toEqual([
    [200, true],
    [200, true],
    [200, true],
    [200, false],
  ]);
  const debate = await server.ask(`/v1/motions/${run.plan}/debate`);
  expect([debate.status, await debate.text()]).toEqual([200, expect.stringMatching(/shredded by entry/)]);
  const motions = (await (await server.ask(`/v1/runs/${run.id}/motions`)).json()) as { items: object[] };
  expect(motions.items).toMatchObject([{ plan: null, shreddedBy: expect.any(Number) }]);
  const logs = await server.ask(`/v1/runs/${run.id}/logs`);
  expect(await logs.text()).toMatch(/\(shredded by entry \d+\)/);
});

test('one blob goes alone: others that entries commit to stay, and what repeats content goes with it', async () => {
  const text = words('Cleo');
  const run = await sealedRun(server, text);
  await shredded([run.opinion]);
  const state = new Map((await listed(`run=${run.id}`)).map(({ role, shreddedBy }) => [role, shreddedBy !== null]));
  expect(Object.fromEntries(state)).toEqual({
    request: false,
    plan: false,
    output: true,
    'opinion/reviewer-security': true,
  });
  expect((await server.ask(`/v1/runs/${run.id}/plan`)).status).toBe(200);
  // The goal in clear stays as long as its blob.
  expect(await tablesWith(text)).toEqual(['run']);
});

test('events keep what is no words: who reads the story of the run still sees what happened', async () => {
  const run = await sealedRun(server, words('Dora'));
  const before = await server.api.events.ofRun(run.id);
  await shredded([run.opinion]);
  const after = await server.api.events.ofRun(run.id);
  expect(after.map(({ type, seq }) => [type, seq])).toEqual(before.map(({ type, seq }) => [type, seq]));
  expect(after.find(({ type }) => type === 'verdict-reach')?.body).toMatchObject({
    motion: run.plan,
    verdict: 'carried',
    riskClass: 'R1',
    explanation: expect.stringMatching(/^\(shredded by entry \d+\)$/),
  });
});

test('what is asked twice is said once', async () => {
  const run = await sealedRun(server, words('Emil'));
  const first = await shredded([run.planned]);
  expect((await shredded([run.planned])).shredded).toEqual(first.shredded);
  const all = await Promise.all(Array.from({ length: 5 }, () => shredded([run.opinion])));
  expect(new Set(all.map(({ shredded: [one] }) => one?.entry)).size).toBe(1);
});

test('a run that works with its documents keeps them, and what is not known is not shredded; then nothing is', async () => {
  const running = await sealedRun(server, words('Fred'), false);
  const over = await sealedRun(server, words('Gina'));
  expect(await codeOf(shred([over.planned, running.planned]))).toBe('409 blob-in-use');
  expect(await codeOf(shred([over.planned, `sha256:${'0'.repeat(64)}`]))).toBe('404 blob-unknown');
  expect(await codeOf(shred([over.planned, over.output]))).toBe('409 blob-uncommitted');
  expect(await codeOf(shred([over.planned], 'ann'))).toBe('403 forbidden');
  expect((await listed(`run=${over.id}`)).every(({ shreddedBy }) => shreddedBy === null)).toBe(true);
});

test('the same bytes elsewhere are pointed out', async () => {
  const run = await sealedRun(server, words('Hugo'));
  const other = await sealedRun(server, words('Ida'));
  const { api } = server;
  const copy = await api.documents.put(
    other.id,
    'copy',
    { rationale: words('Hugo'), findings: [] },
    api.random.hex(32),
  );
  expect((await shredded([run.opinion])).copies).toEqual([{ commitment: copy.commitment, run: other.id }]);
});

test('nobody lists what is sealed of runs that he may not read', async () => {
  const run = await sealedRun(server, words('Jon'));
  expect(await listed(`run=${run.id}`, 'dan')).toEqual([]);
  expect((await listed(`run=${run.id}`)).length).toBe(4);
});

test('what is older than a time is listed, of runs that had ended by then', async () => {
  const run = await sealedRun(server, words('Kai'));
  const open = await sealedRun(server, words('Lea'), false);
  const hence = new Date(Date.now() + 60_000).toISOString();
  const runs = new Set((await listed(`before=${hence}`)).map((blob) => blob.run));
  expect([runs.has(run.id), runs.has(open.id)]).toEqual([true, false]);
  expect(await listed(`before=${new Date(Date.now() - 86_400_000).toISOString()}`)).toEqual([]);
  await shredded([run.request]);
  const left = (await listed(`before=${hence}`)).filter((blob) => blob.run === run.id).map(({ role }) => role);
  expect(left.toSorted()).toEqual(['opinion/reviewer-security', 'plan']);
});

test('Invariant 9: what the ledger ordered before a crash is carried out at the next start, also in a restored database', async () => {
  const text = words('Mia');
  const run = await sealedRun(server, text);
  const parts = { ...server.api, journal: { isOver: async () => true, forget: async () => undefined } };
  await new Shredder(parts).finish();
  const backup = await server.api.database.query('select * from duovir.document where run = $1', [run.id]);
  const { ledger } = server.api;
  const killed: LedgerPort = {
    append: async (entries) => {
      await ledger.append(entries);
      throw new Error('killed');
    },
    find: (key) => ledger.find(key),
    prove: (index) => ledger.prove(index),
    head: (id) => ledger.head(id),
  };
  const broken = new Shredder({ ...parts, ledger: killed });
  await expect(broken.shred('cara', 'leak', [run.planned])).rejects.toThrow('killed');
  expect(await tablesWith(text)).not.toEqual([]);
  await new Shredder(parts).finish();
  const gone = async (): Promise<boolean> => (await server.api.documents.shreddedBy(run.plan)) !== null;
  expect(await gone()).toBe(true);
  const plan = backup.find(({ role }) => role === 'plan');
  await server.api.database.query(
    `update duovir.document set salt = $2, key = $3, sealed = $4, shredded_by = null where commitment = $1`,
    [run.planned, plan?.['salt'], plan?.['key'], plan?.['sealed']],
  );
  await server.api.database.query('update duovir.shredding_position set position = 0');
  expect(await gone()).toBe(false);
  await new Shredder(parts).finish();
  expect(await gone()).toBe(true);
  expect(
    (await entriesOfKind(server.api.log, 'blob-shred')).filter(({ subject }) => subject === run.planned),
  ).toHaveLength(1);
});

test('readers who come back are not served from memory what was shredded', async () => {
  const text = words('Noa');
  const { api } = server;
  const from = api.feed.position;
  const run = await sealedRun(server, text);
  const said = (): string => String(Buffer.concat((api.feed.since(from) ?? []).map(({ bytes }) => bytes)));
  expect(said()).toContain(text);
  await shredded([run.request]);
  expect(said()).not.toContain(text);
});
