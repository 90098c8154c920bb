import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDecimal } from './decimal.ts';
import { LedgerError } from './error.ts';
import type { LogDirectory } from './log-directory.ts';
import { TILE_WIDTH, tileWidth } from './tile.ts';

export const CONTEXT_FOLDER = 'context';

/** One bundle as it is in the folder, or why it cannot be read. */
export type ReadBundle =
  | { readonly kind: 'read'; readonly index: number; readonly entries: readonly Buffer[] }
  | { readonly kind: 'unreadable'; readonly index: number; readonly reason: string };

async function readBundle(directory: LogDirectory, index: number, size: number): Promise<ReadBundle> {
  try {
    return { kind: 'read', index, entries: await directory.bundle(index, tileWidth('entries', index, size)) };
  } catch (error) {
    if (error instanceof LedgerError) return { kind: 'unreadable', index, reason: error.message };
    throw error;
  }
}

/** All bundles from entry `first` on, in order; the next one is on its way while one is looked at. */
export async function* readBundles(directory: LogDirectory, size: number, first: number): AsyncGenerator<ReadBundle> {
  const bundles = Math.ceil(size / TILE_WIDTH);
  let index = first / TILE_WIDTH;
  if (index >= bundles) return;
  for (let next = readBundle(directory, index, size); ;) {
    const bundle = await next;
    index += 1;
    if (index === bundles) {
      yield bundle;
      return;
    }
    next = readBundle(directory, index, size);
    // Whoever stops here never asks for it; the reading itself must not go unheard then.
    next.catch(() => {});
    yield bundle;
  }
}

/** Indexes of the entries below `first` that are here because later ones rest on them, in order. */
export async function contextIndexes(directory: LogDirectory, first: number): Promise<number[]> {
  if (first === 0) return [];
  let names: string[];
  try {
    names = await readdir(join(directory.root, CONTEXT_FOLDER));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return names
    .flatMap((name) => parseDecimal(name) ?? [])
    .filter((index) => index < first)
    .toSorted((left, right) => left - right);
}
