/** Two integers to one, in flat memory: hundreds of thousands of forms in a JavaScript map would take ten times as much. */
export class HashTable {
  #slots = new Int32Array(3 * 1024);
  #used = 0;

  get(key: number, length: number): number | undefined {
    const at = this.#find(key, length);
    return this.#slots[at + 1] === 0 ? undefined : this.#slots[at + 2];
  }

  /** `length` is at least 1: 0 marks what is free. */
  set(key: number, length: number, value: number): void {
    if (this.#used * 2 >= this.#slots.length / 3) this.#grow();
    const at = this.#find(key, length);
    if (this.#slots[at + 1] === 0) this.#used += 1;
    this.#slots[at] = key;
    this.#slots[at + 1] = length;
    this.#slots[at + 2] = value;
  }

  #find(key: number, length: number): number {
    const slots = this.#slots;
    const mask = slots.length / 3 - 1;
    let slot = (Math.imul(key ^ length, 0x9e_37_79_b1) >>> 7) & mask;
    for (;;) {
      const at = slot * 3;
      const taken = slots[at + 1];
      if (taken === 0 || (taken === length && slots[at] === key)) return at;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    // A power of two slots, so that a mask takes the place of a division.
    this.#slots = new Int32Array(old.length * 2);
    for (let from = 0; from < old.length; from += 3) {
      const length = old[from + 1] ?? 0;
      if (length !== 0) this.#slots.set(old.subarray(from, from + 3), this.#find(old[from] ?? 0, length));
    }
  }
}
