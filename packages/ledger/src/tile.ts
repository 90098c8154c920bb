import { LedgerError } from './error.ts';
import { half, HASH_BYTES, nodeHash } from './merkle.ts';

/** Hashes in a full tile, and entries in a full bundle. */
export const TILE_WIDTH = 256;

/** One tile of the tree, or one bundle of entries. */
export interface TileName {
  /** 0 holds leaf hashes, each higher level the roots of full tiles below. */
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256; below 256 the tile is partial. */
  readonly width: number;
}

/** Path below the log's root, as in C2SP tlog-tiles: index 1234067 is `x001/x234/067`. */
export function tilePath({ level, index, width }: TileName): string {
  const parts = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    parts.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return `tile/${level}/${parts.join('/')}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** How many full tiles a level has in a tree of `size` leaves, and how wide the partial one behind them is. */
export interface LevelShape {
  readonly level: number;
  readonly full: number;
  readonly partial: number;
}

/** Lowest level first, up to the last one that has a tile at all. */
export function levelShapes(size: number): LevelShape[] {
  const shapes: LevelShape[] = [];
  for (let level = 0, hashes = size; hashes > 0; level += 1, hashes = Math.floor(hashes / TILE_WIDTH))
    shapes.push({ level, full: Math.floor(hashes / TILE_WIDTH), partial: hashes % TILE_WIDTH });
  return shapes;
}

/** Width of one tile in a tree of `size` leaves; 0 where that tree has no such tile. */
export function tileWidth(level: number | 'entries', index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** All names of one level, full tiles first. */
export function tileNames(level: number | 'entries', { full, partial }: Omit<LevelShape, 'level'>): TileName[] {
  const names: TileName[] = Array.from({ length: full }, (_, index) => ({ level, index, width: TILE_WIDTH }));
  if (partial > 0) names.push({ level, index: full, width: partial });
  return names;
}

/** Names of the tiles and bundles that are new, or wider, in a tree of `to` leaves than in one of `from`. */
export function* grownTiles(from: number, to: number): Generator<TileName> {
  for (const { level } of levelShapes(to)) yield* grownOf(level, from, to);
  yield* grownOf('entries', from, to);
}

function* grownOf(level: number | 'entries', from: number, to: number): Generator<TileName> {
  const before = Math.floor(from / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  for (let index = Math.floor(before / TILE_WIDTH); ; index += 1) {
    const width = tileWidth(level, index, to);
    if (width === 0) return;
    if (width !== tileWidth(level, index, from)) yield { level, index, width };
  }
}

/** The hashes of a tile and of the inner nodes they make: `rows[0]` the tile itself, up to row 7. */
export function expandTile(hashes: Buffer): readonly Buffer[] {
  if (hashes.length === 0 || hashes.length % HASH_BYTES !== 0 || hashes.length > TILE_WIDTH * HASH_BYTES)
    throw new LedgerError(
      'tile-malformed',
      `A tile has 1 to ${TILE_WIDTH} hashes; this one has ${hashes.length} bytes.`,
    );
  const rows = [hashes];
  for (let row = hashes; rows.length < 8 && row.length >= 2 * HASH_BYTES;) {
    const next = Buffer.allocUnsafe(half(row.length / HASH_BYTES) * HASH_BYTES);
    for (let at = 0; at < next.length; at += HASH_BYTES)
      nodeHash(hashAt(row, at / 16), hashAt(row, at / 16 + 1)).copy(next, at);
    rows.push(next);
    row = next;
  }
  return rows;
}

/** The hash at a position of a row, or more of them, without copying. */
export function hashAt(row: Buffer, position: number, count = 1): Buffer {
  return row.subarray(position * HASH_BYTES, (position + count) * HASH_BYTES);
}
