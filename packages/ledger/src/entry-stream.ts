import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { BundleReader, type ReadBundle } from './bundle-reader.ts';
import { parseDecimal } from './decimal.ts';
import { TILE_WIDTH } from './tile.ts';
import { isOneOf } from './system-error.ts';

export const CONTEXT_FOLDER = 'context';

/** How many bundles are read before others have their turn. */
const TURN = 8;

/** All bundles from entry `first` on, in order. What is read of one holds until the next. */
export async function* readBundles(folder: string, size: number, first: number): AsyncGenerator<ReadBundle> {
  const reader = new BundleReader(folder, size);
  for (let index = first / TILE_WIDTH; index * TILE_WIDTH < size; index += 1) {
    yield reader.read(index);
    if (index % TURN === 0) await setImmediate();
  }
}

/** Indexes of the entries below `first` that are here because later ones rest on them, in order. */
export async function contextIndexes(folder: string, first: number): Promise<number[]> {
  if (first === 0) return [];
  let names: string[];
  try {
    names = await readdir(join(folder, CONTEXT_FOLDER));
  } catch (error) {
    if (isOneOf(error, 'ENOENT')) return [];
    throw error;
  }
  return names
    .flatMap((name) => parseDecimal(name) ?? [])
    .filter((index) => index < first)
    .toSorted((left, right) => left - right);
}
