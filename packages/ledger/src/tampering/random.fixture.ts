/** Repeatable choices: the same seed tells the same story (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 to `below` - 1. */
  integer(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.integer(items.length)];
    if (item === undefined) throw new RangeError('There is nothing to pick from.');
    return item;
  }

  isTrue(percent: number): boolean {
    return this.integer(100) < percent;
  }

  /** Two that differ, the smaller one first. */
  pair(below: number): readonly [number, number] {
    const first = this.integer(below);
    const second = (first + 1 + this.integer(below - 1)) % below;
    return first < second ? [first, second] : [second, first];
  }
}
