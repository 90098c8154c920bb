import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import {
  decodeBundle,
  leafHash,
  levelShapes,
  openCheckpoint,
  tilePath,
  verifyProof,
  type TrustedCheckpoint,
} from '@duovir/ledger';
import {
  checkpointViewSchema,
  contextLineSchema,
  envelopeBytes,
  ledgerEntryViewSchema,
  ledgerStatusSchema,
  pageOf,
} from '@duovir/protocol';
import * as z from 'zod';
import { mark } from '../ledger/marks.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { startApi, type TestApi } from './api.fixture.ts';

const ENTRIES = 300;
let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
  const { digest } = server.api.trust.current();
  for (const marks of [100, 100, ENTRIES - 201]) {
    await Promise.all(Array.from({ length: marks }, () => mark('log-start', digest, server.api)));
    await newestKept();
  }
  // The last entry is that Ann reads them.
  await server.ask('/v1/ledger');
  await newestKept();
});
afterAll(() => server.close());

/** Nobody who appends waits until the cosigned checkpoint is kept. */
async function newestKept(): Promise<void> {
  const { log } = server.api;
  const { size } = await log.cosignedCheckpoint();
  await vi.waitFor(async () => expect((await log.cosignedHistory(size, 1)).at(-1)?.size).toBe(size));
}

async function bytes(path: string): Promise<Buffer> {
  const answer = await server.ask(path);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

function trust(): Parameters<typeof openCheckpoint>[1] {
  const { log, witnesses } = server.api.trust.current().policy;
  return { logVkey: log.vkey, witnessVkeys: witnesses.vkeys, quorum: witnesses.quorum };
}

test('the tiles that are served are those of the checkpoint, and hold the entries that are listed', async () => {
  const note = (await bytes('/v1/ledger/checkpoint')).toString();
  expect(openCheckpoint(note, trust()).size).toBe(ENTRIES);
  const hashes: Buffer[] = [];
  const entries: Buffer[] = [];
  for (const { level, full, partial } of levelShapes(ENTRIES).filter((shape) => shape.level === 0)) {
    const tiles = [
      ...Array.from({ length: full }, (_, index) => ({ index, width: 256 })),
      { index: full, width: partial },
    ];
    for (const { index, width } of tiles) {
      hashes.push(await bytes(`/v1/ledger/${tilePath({ level, index, width })}`));
      entries.push(...decodeBundle(await bytes(`/v1/ledger/${tilePath({ level: 'entries', index, width })}`)));
    }
  }
  expect(entries).toHaveLength(ENTRIES);
  expect(Buffer.concat(entries.map((entry) => leafHash(entry))).equals(Buffer.concat(hashes))).toBe(true);
  const listed: Buffer[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const answer = await server.ask(`/v1/ledger/entries?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
    const page = pageOf(ledgerEntryViewSchema).parse(await answer.json());
    listed.push(...page.items.map(({ envelope }) => envelopeBytes(envelope)));
    cursor = page.cursor;
  }
  expect(listed.map(String)).toEqual(entries.map(String));
});

test('older checkpoints are served up to a size, spread over the log, each that of its first entries', async () => {
  const history = async (query: string) =>
    z
      .strictObject({ items: z.array(checkpointViewSchema) })
      .parse(await (await server.ask(`/v1/ledger/checkpoints?${query}`)).json()).items;
  const all = await history(`size=${ENTRIES}`);
  expect(all.length).toBeGreaterThan(3);
  expect(all.at(-1)?.size).toBe(ENTRIES);
  for (const { size, checkpoint } of all) {
    const opened = openCheckpoint(checkpoint, trust());
    expect([opened.size, opened.root]).toEqual([size, await server.api.log.rootOf(size)]);
  }
  const [first, second] = all.map(({ size }) => size);
  expect((await history(`size=${second}`)).map(({ size }) => size)).toEqual([first, second]);
  expect(await history(`size=${(first ?? 0) - 1}`)).toEqual([]);
  expect((await history(`size=${ENTRIES}&limit=1`)).map(({ size }) => size)).toEqual([ENTRIES]);
  for (const query of ['', 'size=-1', 'size=1.5', 'size=1&limit=0', 'size=1&limit=1001'])
    expect([query, (await server.ask(`/v1/ledger/checkpoints?${query}`)).status]).toEqual([query, 422]);
});

test('no tile is served that the tree does not have', async () => {
  for (const name of [
    '0/002',
    '0/001.p/45',
    '1/001',
    '5/000',
    'entries/002',
    'entries/001.p/45',
    '0/000.p/256',
    '0/0',
    'entries/x000/x00',
  ])
    expect([name, (await server.ask(`/v1/ledger/tile/${name}`)).status]).toEqual([name, 404]);
});

test('the proof of an entry holds for its bytes', async () => {
  const { proof } = (await (await server.ask('/v1/ledger/proof/17')).json()) as { proof: string };
  const view = ledgerEntryViewSchema.parse(await (await server.ask('/v1/ledger/entries/17')).json());
  const proven: { readonly index: number; readonly checkpoint: TrustedCheckpoint } = verifyProof(
    proof,
    envelopeBytes(view.envelope),
    trust(),
  );
  expect(proven.index).toBe(17);
  const status = ledgerStatusSchema.parse(await (await server.ask('/v1/ledger')).json());
  expect(status.size).toBe(ENTRIES);
});

test('what an excerpt rests on is served in order, and counted', async () => {
  const context = async (query: string) => {
    const answer = await server.ask(`/v1/ledger/context?${query}`, { as: 'cara' });
    const lines = (await answer.text()).trimEnd().split('\n');
    const parsed = lines.map((line) => contextLineSchema.parse(JSON.parse(line)));
    expect(parsed.at(-1)).toEqual({ entries: parsed.length - 1 });
    return parsed.flatMap((line) => ('index' in line ? [line] : []));
  };
  const rested = await context(`first=256&size=${ENTRIES}`);
  expect(rested.map(({ index }) => index)).toEqual(Array.from({ length: 256 }, (_, index) => index));
  const [, second] = await server.api.log.entries({ limit: 2 });
  expect(envelopeBytes(rested[1]!.envelope)).toEqual(second?.body);
  expect(await context(`first=0&size=${ENTRIES}`)).toEqual([]);
  for (const query of [`first=0&size=${ENTRIES + 1000}`, 'first=20&size=10', 'first=x&size=1', 'size=1'])
    expect([query, (await server.ask(`/v1/ledger/context?${query}`, { as: 'cara' })).status]).toEqual([query, 422]);
  // Whole entries, of runs that not everybody may read.
  expect((await server.ask(`/v1/ledger/context?first=256&size=${ENTRIES}`)).status).toBe(403);
});
