import type { Digest } from '@duovir/protocol';

const SMALLEST = 1024;

/**
 * Remembers digests by their first 52 bits, in 16 to 32 bytes each: a log has millions. Two that were not chosen to collide do
 * not; whoever chooses what stands in a log could as well write down the very digest that is looked for.
 */
export class DigestSet {
  /** 0: free. */
  #slots = new Float64Array(SMALLEST);
  #size = 0;

  add(digest: Digest): void {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    this.#put(fingerprint(digest));
  }

  has(digest: Digest): boolean {
    const wanted = fingerprint(digest);
    return this.#slots[this.#slotOf(wanted)] === wanted;
  }

  #put(value: number): void {
    const slot = this.#slotOf(value);
    if (this.#slots[slot] === value) return;
    this.#slots[slot] = value;
    this.#size += 1;
  }

  /** Where the value is, or where it would be put. */
  #slotOf(value: number): number {
    let slot = value % this.#slots.length;
    while (this.#slots[slot] !== 0 && this.#slots[slot] !== value) slot = (slot + 1) % this.#slots.length;
    return slot;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 2);
    this.#size = 0;
    for (const value of before) if (value !== 0) this.#put(value);
  }
}

/** Never 0. */
function fingerprint(digest: Digest): number {
  return Number.parseInt(digest.slice('sha256:'.length, 'sha256:'.length + 13), 16) + 1;
}
