import { EMPTY_ROOT, half, nodeHash } from './merkle.ts';
import { TILE_WIDTH } from './tile.ts';

/** Receives each complete subtree whose height is a multiple of 8: exactly the hashes that tiles hold. */
export type TileSink = (level: number, position: number, value: Buffer) => void;

/** Root of one perfect subtree at the right edge of the tree. */
export interface Peak {
  readonly height: number;
  readonly value: Buffer;
}

/** The right edge of an append-only tree: all that is needed to append, in O(log n) memory. */
export class Frontier {
  #size: number;
  readonly #peaks: Peak[];

  /** @param peaks highest first; their widths add up to the size. */
  constructor(peaks: readonly Peak[] = []) {
    this.#peaks = [...peaks];
    this.#size = peaks.reduce((size, peak) => size + 2 ** peak.height, 0);
  }

  get size(): number {
    return this.#size;
  }

  clone(): Frontier {
    return new Frontier(this.#peaks);
  }

  append(leaf: Buffer, sink?: TileSink): void {
    sink?.(0, this.#size, leaf);
    this.#carry({ height: 0, value: leaf }, sink);
  }

  /** Appends as many leaves as a full tile has, by the root of their subtree. Only behind full tiles. */
  appendTile(root: Buffer, sink?: TileSink): void {
    if (this.#size % TILE_WIDTH !== 0) throw new RangeError('A tile begins at a multiple of its width.');
    sink?.(1, this.#size / TILE_WIDTH, root);
    this.#carry({ height: 8, value: root }, sink);
  }

  #carry(peak: Peak, sink: TileSink | undefined): void {
    let { height, value } = peak;
    let position = this.#size / 2 ** height;
    this.#size += 2 ** height;
    for (let last = this.#peaks.at(-1); last?.height === height; last = this.#peaks.at(-1)) {
      value = nodeHash(last.value, value);
      this.#peaks.pop();
      height += 1;
      position = half(position);
      if (height % 8 === 0) sink?.(height / 8, position, value);
    }
    this.#peaks.push({ height, value });
  }

  root(): Buffer {
    const [right, ...others] = this.#peaks.map((peak) => peak.value).toReversed();
    return right ? others.reduce((root, left) => nodeHash(left, root), right) : EMPTY_ROOT;
  }
}
