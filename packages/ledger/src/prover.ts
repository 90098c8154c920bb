import { consistencyRanges } from './consistency.ts';
import { LedgerError } from './error.ts';
import { inclusionRanges, type LeafRange } from './inclusion.ts';
import { isPowerOfTwo, nodeHash, splitPoint } from './merkle.ts';
import { expandTile, hashAt, TILE_WIDTH } from './tile.ts';

/** Where tiles come from. A partial tile may have more hashes than asked for, never fewer. */
export interface TileSource {
  tile(level: number, index: number, width: number): Promise<Buffer>;
}

/** The root of a perfect subtree, and the place of it in its tile. */
interface Node {
  readonly height: number;
  readonly position: number;
}

/** The perfect subtrees that a range consists of, left to right. */
function nodesOf({ from, to }: LeafRange): Node[] {
  const width = to - from;
  if (isPowerOfTwo(width) && from % width === 0) return [{ height: Math.log2(width), position: from / width }];
  const middle = from + splitPoint(width);
  return [...nodesOf({ from, to: middle }), ...nodesOf({ from: middle, to })];
}

/** A tile with its inner nodes, as wide as it was when it was fetched. */
interface Expanded {
  readonly width: number;
  readonly rows: Promise<readonly Buffer[]>;
}

/** Makes proofs out of tiles and keeps those it has expanded, the least recently used leaving first. */
export class Prover {
  readonly #source: TileSource;
  readonly #capacity: number;
  readonly #expanded = new Map<string, Expanded>();

  constructor(source: TileSource, capacity = 4096) {
    this.#source = source;
    this.#capacity = capacity;
  }

  async inclusion(index: number, size: number): Promise<Buffer[]> {
    if (!Number.isSafeInteger(index) || index < 0 || index >= size)
      throw new LedgerError('entry-missing', `The log of ${size} entries has no entry ${index}.`);
    return Promise.all(inclusionRanges(index, size).map((range) => this.rangeRoot(range)));
  }

  /** Empty when `oldSize` is 0 or equal to `size`. */
  async consistency(oldSize: number, size: number): Promise<Buffer[]> {
    if (oldSize > size)
      throw new LedgerError('consistency-invalid', `A log of ${size} entries does not extend one of ${oldSize}.`);
    return Promise.all(consistencyRanges(oldSize, size).map((range) => this.rangeRoot(range)));
  }

  /** RFC 6962's MTH over a range that one of its proofs consists of. */
  async rangeRoot(range: LeafRange): Promise<Buffer> {
    const values = await Promise.all(nodesOf(range).map((node) => this.#node(node)));
    return values.reduceRight((right, left) => nodeHash(left, right));
  }

  async #node({ height, position }: Node): Promise<Buffer> {
    const row = height % 8;
    const perTile = TILE_WIDTH / 2 ** row;
    const offset = position % perTile;
    const rows = await this.#rows(Math.floor(height / 8), Math.floor(position / perTile), (offset + 1) * 2 ** row);
    const values = rows[row];
    if (!values || values.length < (offset + 1) * 32)
      throw new LedgerError('tile-malformed', `The tile of height ${height} at ${position} is narrower than the tree.`);
    return hashAt(values, offset);
  }

  #rows(level: number, index: number, width: number): Promise<readonly Buffer[]> {
    const name = `${level}/${index}`;
    const kept = this.#expanded.get(name);
    this.#expanded.delete(name);
    // A tile only ever grows: what was expanded before is right as far as it goes.
    const expanded = kept && kept.width >= width ? kept : this.#expand(name, { level, index, width });
    this.#expanded.set(name, expanded);
    if (this.#expanded.size > this.#capacity)
      for (const oldest of this.#expanded.keys()) {
        this.#expanded.delete(oldest);
        break;
      }
    return expanded.rows;
  }

  #expand(name: string, { level, index, width }: { level: number; index: number; width: number }): Expanded {
    const rows = this.#source.tile(level, index, width).then(expandTile);
    const expanded: Expanded = { width, rows };
    rows.catch(() => {
      // Not kept, so that the next proof asks again; this one has the error from `rows` itself.
      if (this.#expanded.get(name) === expanded) this.#expanded.delete(name);
    });
    return expanded;
  }
}
