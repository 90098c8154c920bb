import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { envelopeBytes, parseEnvelope, peekStatement, signStatement, type Envelope } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../folder.fixture.ts';
import { Organisation } from '../organisation.fixture.ts';
import { buildPack } from './build-pack.ts';
import { filesBelow } from './folder.ts';
import { everything, openedRun, packFolder, sourceOf, stateAgain } from './pack.fixture.ts';
import { verifyPack } from './verify-pack.ts';

const acme = new Organisation();
const officer = acme.officer.publicKey.toString('base64');

interface Pack {
  readonly folder: string;
  readonly entries: readonly Envelope[];
}

/** `file rule` of each finding about the pack, and the entry where it names one. */
async function findingsAbout({ folder }: Pick<Pack, 'folder'>): Promise<string[]> {
  const { ok, findings } = await verifyPack(folder, { officer });
  expect(ok).toBe(findings.length === 0);
  return findings.map(({ file = '', rule, entry }) => `${file} ${rule}${entry === undefined ? '' : ` ${entry}`}`);
}

function edit({ folder }: Pick<Pack, 'folder'>, path: string, change: (text: string) => string): void {
  const file = join(folder, path);
  const text = readFileSync(file, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(file, changed);
}

test('a changed, missing or added file is named', async () => {
  const pack = await packFolder(acme);
  edit(pack, 'README.txt', (text) => `${text}trust me\n`);
  rmSync(join(pack.folder, 'schemas/statements.schema.json'));
  writeFileSync(join(pack.folder, 'reports/more.csv'), 'entry\n');
  expect(await findingsAbout(pack)).toEqual([
    'README.txt manifest-file',
    'reports/more.csv manifest-file',
    'schemas/statements.schema.json manifest-file',
  ]);
});

test('any flipped bit of any file is caught', async () => {
  const { folder } = await packFolder(acme);
  let seed = 11;
  const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  for (const path of await filesBelow(folder)) {
    const file = join(folder, path);
    const bytes = readFileSync(file);
    if (bytes.length === 0) continue;
    const mutated = Buffer.from(bytes);
    const at = random(bytes.length);
    mutated[at] = mutated[at]! ^ (1 << random(8));
    writeFileSync(file, mutated);
    const { ok, findings } = await verifyPack(folder, { officer });
    writeFileSync(file, bytes);
    expect({ path, at, ok }).toEqual({ path, at, ok: false });
    expect(findings.length).toBeGreaterThan(0);
  }
});

test('the manifest of a stranger, or of another pack, is refused', async () => {
  const pack = await packFolder(acme);
  const file = join(pack.folder, 'MANIFEST.dsse.json');
  const stranger = new Organisation();
  const { envelope } = { envelope: parseEnvelope(Buffer.from(readFileSync(file, 'utf8').trim())) };
  const statement = peekStatement(envelope);
  const key = stranger.keys.get('server')!;
  const forged = await signStatement({ ...key.signer, keyId: envelope.signatures[0].keyid }, statement);
  writeFileSync(file, `${envelopeBytes(forged).toString()}\n`);
  expect(await findingsAbout(pack)).toEqual(['MANIFEST.dsse.json manifest-signature']);
  const honest = await packFolder(acme);
  edit(honest, 'MANIFEST.json', (text) => text.replace('"scope":"all"', '"scope":"pci"'));
  expect(await findingsAbout(honest)).toContain('MANIFEST.dsse.json manifest-signature');
});

test('an export that somebody else than a server states is refused', async () => {
  const pack = await packFolder(acme);
  const file = join(pack.folder, 'MANIFEST.dsse.json');
  const statement = peekStatement(parseEnvelope(Buffer.from(readFileSync(file, 'utf8').trim())));
  const forged = await signStatement(acme.keys.get('runner')!.signer, statement);
  writeFileSync(file, `${envelopeBytes(forged).toString()}\n`);
  expect(await findingsAbout(pack)).toEqual(['MANIFEST.dsse.json manifest-signature']);
});

test('forged tables are found although a server has signed for them', async () => {
  const pack = await packFolder(acme);
  edit(pack, 'reports/changes.csv', (text) =>
    text.replace('succeeded,succeeded', 'succeeded,failed').replace('carried', 'referred'),
  );
  edit(pack, 'reports/sod-check.csv', (text) => text.replace(',ana,', ',boris,'));
  edit(pack, 'mapping/pci-dss-4.0.1.json', (text) => text.replace('"population": 1', '"population": 2'));
  rmSync(join(pack.folder, 'reports/keys.csv'));
  await stateAgain(acme, pack);
  expect((await findingsAbout(pack)).toSorted()).toEqual([
    'mapping/pci-dss-4.0.1.json report',
    'reports/changes.csv report',
    'reports/keys.csv report',
    'reports/sod-check.csv report',
  ]);
});

test('a forged index is found although a server has signed for it', async () => {
  const pack = await packFolder(acme);
  edit(pack, 'index.jsonl', (text) => {
    const lines = text.trimEnd().split('\n');
    lines[3] = lines[3]!.replace('"principal":"planner"', '"principal":"healer"');
    const [doubled] = lines.splice(5, 1);
    return `${[...lines, doubled].join('\n')}\n`;
  });
  await stateAgain(acme, pack);
  expect(await findingsAbout(pack)).toEqual(['index.jsonl index 3', 'index.jsonl index 5', 'index.jsonl index']);
});

test('swapped, unknown, doubled and broken openings are found although a server has signed for them', async () => {
  const swapped = await packFolder(acme);
  edit(swapped, 'blobs/openings.jsonl', (text) => text.replace(/"content":"[^"]+"/, '"content":"b3RoZXI="'));
  await stateAgain(acme, swapped);
  expect(await findingsAbout(swapped)).toEqual(['blobs/openings.jsonl blob-mismatch 3']);
  expect(await verifyPack(swapped.folder)).toMatchObject({ blobs: { opened: 0, mismatch: 1 } });

  const moved = await packFolder(acme);
  edit(moved, 'blobs/openings.jsonl', (text) => text.replaceAll('"entry":3', '"entry":4'));
  appendFileSync(join(moved.folder, 'blobs/openings.jsonl'), 'no opening\n');
  await stateAgain(acme, moved);
  expect((await findingsAbout(moved)).toSorted()).toEqual([
    'blobs/openings.jsonl blob-unknown',
    'blobs/openings.jsonl blob-unknown 4',
    'blobs/openings.jsonl blob-unlisted 3',
  ]);

  const doubled = await packFolder(acme);
  edit(doubled, 'blobs/openings.jsonl', (text) => text.replace(/^.*"entry":3,.*\n/m, '$&$&'));
  await stateAgain(acme, doubled);
  expect(await findingsAbout(doubled)).toEqual(['blobs/openings.jsonl blob-unknown 3']);
});

test('what an entry commits to cannot be passed over in silence, although a server has signed for it', async () => {
  const silent = await packFolder(acme);
  edit(silent, 'blobs/openings.jsonl', (text) => text.replace(/^.*"entry":3,.*\n/m, ''));
  await stateAgain(acme, silent);
  expect(await findingsAbout(silent)).toEqual(['blobs/openings.jsonl blob-unlisted 3']);
});

test('what nobody shows is listed as missing', async () => {
  const { entries } = await openedRun(acme);
  const folder = join(temporaryFolder(), 'pack');
  const { blobs } = await buildPack(await sourceOf(acme, entries), everything, folder);
  expect(blobs).toMatchObject({ opened: 0, withheld: 5 });
  expect(await findingsAbout({ folder })).toEqual([]);
  expect(readFileSync(join(folder, 'blobs/openings.jsonl'), 'utf8')).toMatch(/^(?:{.*"withheld":"missing"}\n){5}$/);
});

test('a manifest about another log is found although a server has signed for it', async () => {
  const pack = await packFolder(acme);
  await stateAgain(acme, pack, { organisation: 'Umbrella', root: Buffer.alloc(32).toString('base64') });
  expect(await findingsAbout(pack)).toEqual(['MANIFEST.json manifest', 'MANIFEST.json manifest']);
});

test('what is wrong with the log is named by its place in the pack', async () => {
  const pack = await packFolder(acme);
  rmSync(join(pack.folder, 'log/checkpoint'));
  expect(await findingsAbout(pack)).toContain('log/checkpoint checkpoint');
  const other = await packFolder(acme);
  rmSync(join(other.folder, 'log/tile'), { recursive: true });
  expect((await findingsAbout(other)).some((finding) => finding.endsWith('bundle-readable'))).toBe(true);
});

test('a folder with links in it, or without a manifest, is no pack', async () => {
  const pack = await packFolder(acme);
  symlinkSync('/etc/hostname', join(pack.folder, 'verify/link'));
  expect(await findingsAbout(pack)).toEqual(['verify/link manifest-file']);
  const empty = temporaryFolder();
  mkdirSync(join(empty, 'log'));
  expect(await findingsAbout({ folder: empty })).toContain('MANIFEST.json manifest');
});
