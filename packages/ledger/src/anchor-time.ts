import type { TimedSize } from './anchor-audit.ts';
import { findingAt, type Finding } from './finding.ts';

/** Clocks differ; one that is more wrong than this needs a person. */
const TOLERANCE_MS = 300_000;

interface Bound {
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly latest: number;
}

/** Rule `anchor-time`: what was in the log at a time cannot have happened later. */
export class AnchorTimes {
  /** By size; each bound is the strictest of those from its size on. */
  readonly #bounds: readonly Bound[];

  constructor(anchors: readonly TimedSize[]) {
    let latest = Number.POSITIVE_INFINITY;
    this.#bounds = anchors
      .toSorted((left, right) => right.size - left.size)
      .map(({ size, time }) => ({ size, latest: (latest = Math.min(latest, time.getTime() + TOLERANCE_MS)) }))
      .toReversed();
  }

  /** @param time as the entry states it, ISO 8601 */
  judge(index: number, time: string): Finding | undefined {
    const bound = this.#over(index);
    if (bound === undefined || Date.parse(time) <= bound.latest) return undefined;
    return findingAt(
      { index },
      'anchor-time',
      'The entry claims a later time than that at which an authority saw it in the log.',
    );
  }

  /** The first of a size above the index. */
  #over(index: number): Bound | undefined {
    let [low, high] = [0, this.#bounds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#bounds[middle]?.size ?? 0) > index) high = middle;
      else low = middle + 1;
    }
    return this.#bounds[low];
  }
}
