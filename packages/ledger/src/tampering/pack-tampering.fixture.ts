import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, digestOfBytes, parseEnvelope } from '@duovir/protocol';
import { filesBelow } from '../evidence/folder.ts';
import { CHECKSUMS_FILE, formatManifest, MANIFEST_FILE, parseManifest } from '../evidence/manifest.ts';
import { hashAgain, stateAgain } from '../evidence/pack.fixture.ts';
import { OPENINGS_FILE } from '../evidence/blob-opening.ts';
import { INDEX_FILE } from '../evidence/index-line.ts';
import { TIME } from '../organisation.fixture.ts';
import { writeHonestPack } from './honest-pack.fixture.ts';
import type { Random } from './random.fixture.ts';
import type { SignedLog } from './signed-log.fixture.ts';

/** What can be done to an evidence pack. Answers what was done. */
export type PackTampering = (folder: string, log: SignedLog, random: Random) => Promise<string>;

type Change = (folder: string, random: Random) => string | Promise<string>;

/** How far the forger gets: he changes files, hashes them again, or has stolen the keys of server, log and witness. */
type Reach = 'files' | 'hashes' | 'keys';

const changedBlob: Change = (folder, random) => {
  const lines = linesOf(folder, OPENINGS_FILE).map(asRecord);
  const open = lines.flatMap((line, at) => ('content' in line ? [at] : []));
  const at = random.pick(open);
  const content = Buffer.from(String(lines[at]?.['content']), 'base64');
  const byte = random.integer(content.length);
  content.writeUInt8(content.readUInt8(byte) ^ (1 << random.integer(8)), byte);
  const changed = lines.with(at, { ...lines[at], content: content.toString('base64') });
  writeLines(folder, OPENINGS_FILE, changed.map(canonicalJson));
  return `byte ${byte} of what opening ${at} shows`;
};

const swappedBlobs: Change = (folder, random) => {
  const lines = linesOf(folder, OPENINGS_FILE).map(asRecord);
  const open = lines.flatMap((line, at) => ('content' in line ? [at] : []));
  // With one alone there is nothing to exchange it with, and nothing would be forged.
  if (open.length < 2) return changedBlob(folder, random);
  const [first, second] = random.pair(open.length);
  const [one, other] = [lines[open[first] ?? 0] ?? {}, lines[open[second] ?? 0] ?? {}];
  const changed = lines.map((line) => {
    if (line === one) return { ...line, content: other['content'], salt: other['salt'] };
    return line === other ? { ...line, content: one['content'], salt: one['salt'] } : line;
  });
  writeLines(folder, OPENINGS_FILE, changed.map(canonicalJson));
  return `what openings ${open[first]} and ${open[second]} show exchanged`;
};

const droppedBlob: Change = (folder, random) => {
  const lines = linesOf(folder, OPENINGS_FILE);
  const at = random.integer(lines.length);
  writeLines(folder, OPENINGS_FILE, lines.toSpliced(at, 1));
  return `opening ${at} left out`;
};

const inventedBlob: Change = (folder, random) => {
  const lines = linesOf(folder, OPENINGS_FILE).map(asRecord);
  const at = random.integer(lines.length);
  writeLines(folder, OPENINGS_FILE, lines.toSpliced(at, 0, lines[at] ?? {}).map(canonicalJson));
  return `opening ${at} twice`;
};

const FORGED: Readonly<Record<string, (value: unknown) => unknown>> = {
  principal: () => 'vera',
  kind: (kind) => (kind === 'receipt' ? 'permit' : 'receipt'),
  run: () => 'run-aaaaaaaaaaaaaaaaaaaa',
  subject: () => digestOfBytes('another'),
  time: () => '2026-05-04T03:02:02.000Z',
  index: (index) => Number(index) + 1,
};

const forgedIndex: Change = (folder, random) => {
  const lines = linesOf(folder, INDEX_FILE).map(asRecord);
  const at = random.integer(lines.length);
  const field = random.pick(Object.keys(FORGED));
  const line = lines[at] ?? {};
  const forged = { ...line, [field]: FORGED[field]?.(line[field]) };
  writeLines(folder, INDEX_FILE, lines.with(at, forged).map(canonicalJson));
  return `${field} of index row ${at}`;
};

const rearrangedIndex: Change = (folder, random) => {
  const lines = linesOf(folder, INDEX_FILE);
  const [first, second] = random.pair(lines.length);
  const { what, rows } = random.pick([
    { what: `index row ${first} left out`, rows: lines.toSpliced(first, 1) },
    { what: `index row ${first} twice`, rows: lines.toSpliced(first, 0, lines[first] ?? '') },
    {
      what: `index rows ${first} and ${second} exchanged`,
      rows: lines.with(first, lines[second] ?? '').with(second, lines[first] ?? ''),
    },
  ]);
  writeLines(folder, INDEX_FILE, rows);
  return what;
};

const changedTable: Change = async (folder, random) => {
  const tables = (await filesBelow(folder)).filter((path) => path.endsWith('.csv'));
  const path = random.pick(tables.filter((table) => /[0-9]/.test(readFileSync(join(folder, table), 'utf8'))));
  const text = readFileSync(join(folder, path), 'utf8');
  const digit = random.pick([...text.matchAll(/[0-9]/g)]);
  const other = digit[0] === '9' ? '8' : '9';
  writeFileSync(join(folder, path), `${text.slice(0, digit.index)}${other}${text.slice(digit.index + 1)}`);
  return `a digit in ${path}`;
};

const addedFile: Change = (folder) => {
  writeFileSync(join(folder, 'reports', 'summary.txt'), 'All is well.\n');
  return 'a file that nobody has signed';
};

const removedFile: Change = async (folder, random) => {
  const paths = (await filesBelow(folder)).filter(
    (path) => path !== CHECKSUMS_FILE && !path.includes('log/checkpoints/'),
  );
  const path = random.pick(paths);
  rmSync(join(folder, path));
  return `${path} removed`;
};

const changedManifest: Change = (folder, random) => {
  const manifest = parseManifest(readFileSync(join(folder, MANIFEST_FILE), 'utf8'));
  const changed = random.pick([
    { ...manifest, to: '2026-05-04T03:02:02.000Z' },
    { ...manifest, scope: 'pci' as const },
    { ...manifest, organisation: 'Another' },
    { ...manifest, files: manifest.files.slice(1) },
  ]);
  writeFileSync(join(folder, MANIFEST_FILE), formatManifest(changed));
  return 'the manifest says something else';
};

function upTo(reach: Reach, change: Change): PackTampering {
  return async (folder, log, random) => {
    const what = await change(folder, random);
    if (reach === 'hashes') await hashAgain(folder);
    if (reach === 'keys')
      await stateAgain(log.acme, { folder, entries: log.bodies.map((body) => parseEnvelope(body)) });
    return reach === 'files' ? what : `${what}, ${reach === 'hashes' ? 'hashed again' : 'hashed and signed again'}`;
  };
}

/** Long enough after the last entry that nobody can still have been making the pack. */
const TWO_HOURS_MS = 2 * 60 * 60_000;

/** A pack in order, of a log that ends before what nobody should see: it was cosigned when it ended there. */
const endLeftOut: PackTampering = async (folder, log, random) => {
  const size = 1 + random.integer(log.bodies.length - 1);
  rmSync(folder, { recursive: true });
  await writeHonestPack({ ...log, bodies: log.bodies.slice(0, size) }, folder, random);
  const entries = log.bodies.map((body) => parseEnvelope(body));
  await stateAgain(log.acme, { folder, entries }, {}, new Date(Date.parse(TIME) + TWO_HOURS_MS).toISOString());
  return `entries ${size} to ${log.bodies.length - 1} left out`;
};

export const packTamperings: Readonly<Record<string, PackTampering>> = {
  'pack-swapped-blobs': upTo('keys', swappedBlobs),
  'pack-changed-blob': upTo('keys', changedBlob),
  'pack-dropped-blob': upTo('keys', droppedBlob),
  'pack-invented-blob': upTo('keys', inventedBlob),
  'pack-forged-index': upTo('keys', forgedIndex),
  'pack-rearranged-index': upTo('keys', rearrangedIndex),
  'pack-forged-table': upTo('hashes', changedTable),
  'pack-changed-table': upTo('files', changedTable),
  'pack-added-file': upTo('files', addedFile),
  'pack-smuggled-file': upTo('hashes', addedFile),
  'pack-removed-file': upTo('files', removedFile),
  'pack-changed-manifest': upTo('files', changedManifest),
  'pack-without-end': endLeftOut,
};

function linesOf(folder: string, path: string): string[] {
  const file = join(folder, path);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}

function writeLines(folder: string, path: string, lines: readonly string[]): void {
  writeFileSync(join(folder, path), lines.map((line) => `${line}\n`).join(''));
}

function asRecord(line: string): Record<string, unknown> {
  return JSON.parse(line) as Record<string, unknown>;
}
