import { Frontier, type Peak } from './frontier.ts';
import { HASH_BYTES } from './merkle.ts';
import { expandTile, hashAt, levelShapes, TILE_WIDTH } from './tile.ts';

/** A tile with its hashes so far. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Buffer;
}

/** All that must be kept in memory to go on: the frontier and the partial tile of each level. Never changed, only replaced. */
export interface RightEdge {
  readonly frontier: Frontier;
  /** By level; empty where the last tile of the level is full. */
  readonly partials: readonly Buffer[];
}

export const EMPTY_EDGE: RightEdge = { frontier: new Frontier(), partials: [] };

export interface Growth {
  readonly edge: RightEdge;
  /** Every tile that is new or wider than before. */
  readonly tiles: readonly Tile[];
}

/** Appends leaves to a copy of the edge. The old edge stays as it is, for when the write fails. */
export function grow({ frontier, partials }: RightEdge, leaves: readonly Buffer[]): Growth {
  const next = frontier.clone();
  const hashes = partials.map((partial) => [partial]);
  const indexes = new Map<number, number>();
  const tiles: Tile[] = [];
  for (const leaf of leaves)
    next.append(leaf, (level, position, value) => {
      const index = Math.floor(position / TILE_WIDTH);
      const tile = (hashes[level] ??= []);
      tile.push(value);
      indexes.set(level, index);
      if ((position + 1) % TILE_WIDTH !== 0) return;
      tiles.push({ level, index, hashes: Buffer.concat(tile) });
      hashes[level] = [];
      indexes.delete(level);
    });
  const widened = hashes.map((tile) => Buffer.concat(tile));
  for (const [level, index] of indexes) tiles.push({ level, index, hashes: widened[level] ?? Buffer.alloc(0) });
  return { edge: { frontier: next, partials: widened }, tiles };
}

/** Names of the partial tiles from which the edge of a tree can be rebuilt. */
export function edgeTiles(size: number): { level: number; index: number; width: number }[] {
  return levelShapes(size)
    .filter(({ partial }) => partial > 0)
    .map(({ level, full, partial }) => ({ level, index: full, width: partial }));
}

/** Rebuilds the edge from those tiles; the caller compares the root with a signed one. */
export function edgeFromTiles(tiles: readonly Tile[]): RightEdge {
  const partials: Buffer[] = [];
  const peaks: Peak[] = [];
  for (const { level, hashes } of tiles.toSorted((left, right) => right.level - left.level)) {
    partials[level] = hashes;
    const width = hashes.length / HASH_BYTES;
    const rows = expandTile(hashes);
    for (let row = rows.length - 1; row >= 0; row -= 1)
      if ((width >> row) % 2 === 1)
        peaks.push({ height: level * 8 + row, value: hashAt(rows[row] ?? hashes, (width >> row) - 1) });
  }
  const filled = Array.from(partials, (partial) => partial ?? Buffer.alloc(0));
  return { frontier: new Frontier(peaks), partials: filled };
}
