import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  decodeBundle,
  leafHash,
  levelShapes,
  openCheckpoint,
  tilePath,
  verifyProof,
  type TrustedCheckpoint,
} from '@duovir/ledger';
import { envelopeBytes, ledgerEntryViewSchema, ledgerStatusSchema, pageOf } from '@duovir/protocol';
import { mark } from '../ledger/marks.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { startApi, type TestApi } from './api.fixture.ts';

const ENTRIES = 300;
let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
  const { digest } = server.api.trust.current();
  await Promise.all(Array.from({ length: ENTRIES - 1 }, () => mark('log-start', digest, server.api)));
  // The last entry is that Ann reads them.
  await server.ask('/v1/ledger');
});
afterAll(() => server.close());

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
