import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { Frontier } from './frontier.ts';
import { LogDirectory } from './log-directory.ts';
import { leafHash } from './merkle.ts';
import { grownTiles } from './tile.ts';
import { tilesInMemory } from './tree.fixture.ts';

export interface PublishedFolder extends Checkpoint {
  readonly entries: readonly Buffer[];
}

/** Reads a folder as anybody may, and throws unless every file that its checkpoint needs is there and right. */
export async function readPublished(folder: string): Promise<PublishedFolder> {
  const checkpoint = parseCheckpoint(readFileSync(join(folder, 'checkpoint'), 'utf8'));
  const directory = new LogDirectory(folder);
  const entries: Buffer[] = [];
  for (const { level, index, width } of grownTiles(0, checkpoint.size))
    if (level === 'entries') entries.push(...(await directory.bundle(index, width)));
  const leaves = entries.map((entry) => leafHash(entry));
  const tiles = tilesInMemory(leaves);
  for (const { level, index, width } of grownTiles(0, checkpoint.size)) {
    if (level === 'entries') continue;
    const expected = (await tiles.tile(level, index, width)).subarray(0, width * 32);
    if (!(await directory.tile({ level, index, width })).equals(expected))
      throw new Error(`The published tile ${level}/${index} is wrong.`);
  }
  for (const size of retainedSizes(folder)) {
    const older = parseCheckpoint(readFileSync(join(folder, 'checkpoints', String(size)), 'utf8'));
    if (older.size !== size || !older.root.equals(rootOf(leaves.slice(0, size))))
      throw new Error(`The retained checkpoint of ${size} entries is of another log.`);
  }
  if (entries.length !== checkpoint.size || !rootOf(leaves).equals(checkpoint.root))
    throw new Error('The published entries do not make the published root.');
  return { ...checkpoint, entries };
}

export function retainedSizes(folder: string): number[] {
  try {
    return readdirSync(join(folder, 'checkpoints')).map(Number);
  } catch {
    return [];
  }
}

function rootOf(leaves: readonly Buffer[]): Buffer {
  const frontier = new Frontier();
  for (const leaf of leaves) frontier.append(leaf);
  return frontier.root();
}
