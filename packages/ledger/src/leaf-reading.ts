import { readBundles } from './entry-stream.ts';
import { LedgerError } from './error.ts';
import type { Finding } from './finding.ts';
import type { LogDirectory } from './log-directory.ts';
import { HASH_BYTES, leafHash } from './merkle.ts';
import { hashAt, tilePath, TILE_WIDTH, tileWidth, type TileName } from './tile.ts';

/** Leaf hashes from entry `first` on, as the entries have them, and as the level-0 tiles have them. */
export interface Leaves {
  readonly first: number;
  readonly size: number;
  readonly fromEntries: Buffer;
  readonly fromTiles: Buffer;
  /** Bundles whose entries cannot be read. */
  readonly unreadable: ReadonlySet<number>;
  readonly findings: readonly Finding[];
}

export type Attempt<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'unreadable'; readonly reason: string };

export async function attempt<Value>(read: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (error) {
    if (error instanceof LedgerError) return { kind: 'unreadable', reason: error.message };
    throw error;
  }
}

export function unreadableTile(name: TileName, reason: string): Finding {
  return {
    file: tilePath(name),
    rule: name.level === 'entries' ? 'bundle-readable' : 'tile-readable',
    consequence: reason,
  };
}

/** What cannot be read is named once, as a file; the other side stands in so that the rest can still be judged. */
export async function readLeaves(
  directory: LogDirectory,
  size: number,
  first: number,
  onProgress: (entries: number) => void,
): Promise<Leaves> {
  const fromEntries = Buffer.alloc((size - first) * HASH_BYTES);
  // One and the same until they differ: in an honest log they never do.
  let fromTiles = fromEntries;
  const unreadable = new Set<number>();
  const findings: Finding[] = [];
  for await (const bundle of readBundles(directory.root, size, first)) {
    const { index } = bundle;
    const width = tileWidth('entries', index, size);
    const at = (index * TILE_WIDTH - first) * HASH_BYTES;
    const tile = await attempt(() => directory.tile({ level: 0, index, width }));
    const own = hashAt(fromEntries, index * TILE_WIDTH - first, width);
    if (bundle.kind === 'read')
      for (const [offset, entry] of bundle.entries.entries()) own.set(leafHash(entry), offset * HASH_BYTES);
    else {
      unreadable.add(index);
      findings.push(unreadableTile({ level: 'entries', index, width }, bundle.reason));
    }
    if (tile.kind === 'unreadable') findings.push(unreadableTile({ level: 0, index, width }, tile.reason));
    const hashes = tile.kind === 'read' ? tile.value : own;
    if (bundle.kind === 'unreadable') hashes.copy(own);
    if (fromTiles === fromEntries && !hashes.equals(own)) fromTiles = Buffer.from(fromEntries);
    hashes.copy(fromTiles, at);
    onProgress(index * TILE_WIDTH + width);
  }
  return { first, size, fromEntries, fromTiles, unreadable, findings };
}

/** Names what differs between entries and level-0 tiles; the side that leads to the signed root is believed. */
export function disputes(leaves: Leaves, believed: 'entries' | 'tiles' | 'neither'): Finding[] {
  const { first, size, fromEntries, fromTiles } = leaves;
  if (fromEntries.equals(fromTiles)) return [];
  const findings: Finding[] = [];
  for (let index = first; index < size; index += 1) {
    if (hashAt(fromEntries, index - first).equals(hashAt(fromTiles, index - first))) continue;
    const tile = Math.floor(index / TILE_WIDTH);
    const width = tileWidth(0, tile, size);
    if (believed !== 'entries')
      findings.push({
        entry: index,
        file: tilePath({ level: 'entries', index: tile, width }),
        rule: 'entry-hash',
        consequence: 'These are not the bytes that were logged at this index.',
      });
    if (believed !== 'tiles')
      findings.push({
        entry: index,
        file: tilePath({ level: 0, index: tile, width }),
        rule: 'tile-hash',
        consequence: 'The tile has another hash than the entry: proofs made from it fail.',
      });
  }
  return findings;
}
