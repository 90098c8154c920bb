import { Frontier } from './frontier.ts';
import { HASH_BYTES, nodeHash } from './merkle.ts';
import { expandTile, hashAt, TILE_WIDTH } from './tile.ts';

/** The tiles and roots that a row of leaf hashes makes. */
export interface Tree {
  /** Hashes of each level above the leaves. */
  readonly levels: readonly Buffer[][];
  readonly roots: ReadonlyMap<number, Buffer>;
}

/**
 * @param before roots of the full tiles that stand before the leaves.
 * @param sizes of the trees whose roots are wanted; none smaller than what stands before.
 */
export function growTree(before: readonly Buffer[], leaves: Buffer, sizes: ReadonlySet<number>): Tree {
  const levels: Buffer[][] = [];
  const roots = new Map<number, Buffer>();
  const frontier = new Frontier();
  const keep = (level: number, _position: number, value: Buffer): void => {
    if (level > 0) (levels[level] ??= []).push(value);
  };
  const note = (): void => {
    if (sizes.has(frontier.size)) roots.set(frontier.size, frontier.root());
  };
  for (const root of before) frontier.appendTile(root, keep);
  note();
  const inside = new Set(
    [...sizes].filter((size) => size % TILE_WIDTH !== 0).map((size) => Math.floor(size / TILE_WIDTH)),
  );
  for (let at = 0; at < leaves.length; at += TILE_WIDTH * HASH_BYTES) {
    const tile = leaves.subarray(at, at + TILE_WIDTH * HASH_BYTES);
    const count = tile.length / HASH_BYTES;
    if (count === TILE_WIDTH && !inside.has(frontier.size / TILE_WIDTH)) {
      frontier.appendTile(rootOf(tile), keep);
      note();
      continue;
    }
    for (let leaf = 0; leaf < count; leaf += 1) {
      frontier.append(hashAt(tile, leaf), keep);
      note();
    }
  }
  return { levels, roots };
}

/** Of a full tile: its last row has two hashes. */
function rootOf(tile: Buffer): Buffer {
  const rows = expandTile(tile);
  const last = rows.at(-1) ?? tile;
  return nodeHash(hashAt(last, 0), hashAt(last, 1));
}
