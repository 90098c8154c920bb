import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Random } from './random.fixture.ts';
import { writeBundles, type SignedLog } from './signed-log.fixture.ts';

/** What somebody without any key can do to a folder. Answers what was done, for the report. */
export type Damage = (folder: string, log: SignedLog, random: Random) => string;

/** Files whose every bit is signed or hashed. Names that nobody reads are not among them. */
function coveredFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

const flipBit: Damage = (folder, _log, random) => {
  const name = random.pick(coveredFiles(folder));
  const bytes = readFileSync(join(folder, name));
  const at = random.integer(bytes.length);
  const bit = random.integer(8);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
  writeFileSync(join(folder, name), bytes);
  return `bit ${bit} of byte ${at} in ${name}`;
};

const cutFile: Damage = (folder, _log, random) => {
  const name = random.pick(coveredFiles(folder));
  const bytes = readFileSync(join(folder, name));
  const left = random.integer(bytes.length);
  writeFileSync(join(folder, name), bytes.subarray(0, left));
  return `${name} cut to ${left} of ${bytes.length} bytes`;
};

/** A retained checkpoint that is gone cannot be missed by anybody who never had it; everything else can. */
const removeFile: Damage = (folder, _log, random) => {
  const name = random.pick(coveredFiles(folder).filter((file) => !file.startsWith('checkpoints/')));
  rmSync(join(folder, name));
  return `${name} removed`;
};

const swapFiles: Damage = (folder, _log, random) => {
  const names = coveredFiles(folder);
  const first = random.pick(names);
  const content = readFileSync(join(folder, first));
  const second = random.pick(names.filter((name) => !readFileSync(join(folder, name)).equals(content)));
  writeFileSync(join(folder, first), readFileSync(join(folder, second)));
  writeFileSync(join(folder, second), content);
  return `${first} and ${second} exchanged`;
};

const dropEntry: Damage = (folder, { bodies }, random) => {
  const index = random.integer(bodies.length - 1);
  // The last bundle keeps its name: as if the file had lost an entry, not the log.
  writeBundles([...bodies.toSpliced(index, 1), bodies[index] ?? Buffer.alloc(0)], folder);
  return `entry ${index} moved to the end`;
};

const repeatEntry: Damage = (folder, { bodies }, random) => {
  const [first, second] = random.pair(bodies.length);
  writeBundles(bodies.with(second, bodies[first] ?? Buffer.alloc(0)), folder);
  return `entry ${first} again in the place of ${second}`;
};

const swapEntries: Damage = (folder, { bodies }, random) => {
  const [first, second] = random.pair(bodies.length);
  const [one = Buffer.alloc(0), other = Buffer.alloc(0)] = [bodies[first], bodies[second]];
  writeBundles(bodies.with(first, other).with(second, one), folder);
  return `entries ${first} and ${second} exchanged`;
};

const olderCheckpoint: Damage = (folder, { retained }, random) => {
  const size = random.pick(retained.slice(0, -1));
  writeFileSync(join(folder, 'checkpoint'), readFileSync(join(folder, 'checkpoints', String(size))));
  return `cut back to the checkpoint of ${size} entries`;
};

const claimedSize: Damage = (folder, { bodies }, random) => {
  const note = readFileSync(join(folder, 'checkpoint'), 'utf8');
  const size = random.integer(bodies.length * 2);
  const claimed = size === bodies.length ? size + 1 : size;
  writeFileSync(join(folder, 'checkpoint'), note.replace(`\n${bodies.length}\n`, `\n${claimed}\n`));
  return `the checkpoint claims ${claimed} entries`;
};

const withoutWitness: Damage = (folder) => {
  const note = readFileSync(join(folder, 'checkpoint'), 'utf8').trimEnd().split('\n');
  writeFileSync(join(folder, 'checkpoint'), `${note.slice(0, -1).join('\n')}\n`);
  return 'the cosignature of the witness removed';
};

export const damages: Readonly<Record<string, Damage>> = {
  'bit-flip': flipBit,
  'cut-file': cutFile,
  'removed-file': removeFile,
  'swapped-files': swapFiles,
  'dropped-entry': dropEntry,
  'duplicated-entry': repeatEntry,
  'swapped-entries': swapEntries,
  'older-checkpoint': olderCheckpoint,
  'claimed-size': claimedSize,
  'without-witness': withoutWitness,
};
