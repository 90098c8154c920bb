import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Envelope } from '@duovir/protocol';
import { encodeBundle } from '../bundle.ts';
import { formatCheckpoint } from '../checkpoint.ts';
import { Frontier } from '../frontier.ts';
import { formatKeysFile } from '../keys-file.ts';
import { HASH_BYTES, leafHash } from '../merkle.ts';
import type { Organisation } from '../organisation.fixture.ts';
import { levelShapes, tileNames, tilePath, TILE_WIDTH } from '../tile.ts';

/** Entries, and the organisation whose keys sign whatever a holder of those keys wants signed. */
export interface SignedLog {
  readonly acme: Organisation;
  readonly bodies: readonly Buffer[];
  /** Sizes whose checkpoints were kept. */
  readonly retained: readonly number[];
  /** What the officer has decided about losses. */
  readonly restores?: readonly Envelope[];
}

/** Who helps a forger: the log's key is stolen, the witness may be asleep. */
export type Accomplice = 'log' | 'log-and-witness';

/** Writes the folder by itself, not by what is under test: a forger has a program of his own. */
export async function writeSignedLog(log: SignedLog, folder: string, signers: Accomplice): Promise<void> {
  const leaves = log.bodies.map((body) => leafHash(body));
  const levels: Buffer[][] = [];
  const frontier = new Frontier();
  for (const leaf of leaves) frontier.append(leaf, (level, _position, value) => (levels[level] ??= []).push(value));
  for (const shape of levelShapes(leaves.length))
    for (const name of tileNames(shape.level, shape)) {
      const from = name.index * TILE_WIDTH;
      const hashes = (levels[shape.level] ?? []).slice(from, from + name.width);
      write(folder, tilePath(name), Buffer.concat(hashes).subarray(0, name.width * HASH_BYTES));
    }
  writeBundles(log.bodies, folder);
  write(folder, 'keys.json', formatKeysFile({ ...(await log.acme.published()), restores: log.restores ?? [] }));
  for (const size of log.retained) write(folder, `checkpoints/${size}`, await signCheckpoint(log, size, signers));
  write(folder, 'checkpoint', await signCheckpoint(log, leaves.length, signers));
}

/** Entry bundles alone: tiles and checkpoint stay as they were. */
export function writeBundles(bodies: readonly Buffer[], folder: string): void {
  const [leaves] = levelShapes(bodies.length);
  for (const name of leaves ? tileNames('entries', leaves) : []) {
    const from = name.index * TILE_WIDTH;
    write(folder, tilePath(name), encodeBundle(bodies.slice(from, from + name.width)));
  }
}

export async function signCheckpoint({ acme, bodies }: SignedLog, size: number, signers: Accomplice): Promise<string> {
  const text = formatCheckpoint({ origin: acme.log.name, size, root: rootOf(bodies.slice(0, size)) });
  const witnessed = signers === 'log-and-witness' ? await acme.witness.signLine(text) : '';
  return `${text}\n${await acme.log.signLine(text)}${witnessed}`;
}

export function rootOf(bodies: readonly Buffer[]): Buffer {
  const frontier = new Frontier();
  for (const body of bodies) frontier.append(leafHash(body));
  return frontier.root();
}

/** What honest people kept elsewhere: nobody can take it away from them. */
export function keepCheckpoints(from: string, to: string): void {
  cpSync(join(from, 'checkpoints'), join(to, 'checkpoints'), { recursive: true });
}

function write(folder: string, path: string, content: string | Buffer): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
