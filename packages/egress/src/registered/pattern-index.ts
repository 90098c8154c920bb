import { HashTable } from './hash-table.ts';

/** How much of a pattern is looked up before it is compared whole, and so the length of the shortest. */
export const KEY_LENGTH = 8;
const BLOCK = 4;
const LONGEST_SHIFT = KEY_LENGTH - BLOCK + 1;
const BASE = 0x01_00_01_93;
const SMALLEST_TABLE_BITS = 14;
/** A larger one is skipped through more often, and read from memory more slowly. */
const LARGEST_TABLE_BITS = 21;

export interface Match {
  readonly start: number;
  readonly end: number;
  readonly label: number;
}

/**
 * Finds any of many patterns in one pass: blocks of four characters say how far nothing can begin (Wu and Manber 1994),
 * a hash of eight whether something does, and a hash of the whole whether it is there. Each place is looked at once per
 * distinct pattern length, whatever the text: there is no text that makes it slow. Two texts with one hash are taken
 * for the same, which removes too much once in 2^32.
 */
export class PatternIndex {
  /** The lengths of the patterns that begin with a key, as a chain in `#lengths`. */
  readonly #keys = new HashTable();
  readonly #lengths: { readonly length: number; next: number }[] = [{ length: 0, next: 0 }];
  readonly #patterns = new HashTable();
  /** Of each pattern the beginnings of 1 to 8, then 16, 32, … characters; the value is the longest with that beginning. */
  readonly #beginnings = new HashTable();
  #powers: Int32Array = new Int32Array([1]);
  #starts: string[] = [];
  #shifts = new Uint8Array(0);
  #indexed = 0;
  #size = 0;

  /** How many patterns there are. */
  get size(): number {
    return this.#size;
  }

  get longest(): number {
    return this.#powers.length - 1;
  }

  add(pattern: string, label: number): void {
    const { length } = pattern;
    if (length < KEY_LENGTH) throw new RangeError(`A pattern has at least ${KEY_LENGTH} characters.`);
    const { key, whole } = this.#hashes(pattern);
    if (this.#patterns.get(whole, length) !== undefined) return;
    this.#patterns.set(whole, length, label);
    this.#size += 1;
    this.#addLength(key, length);
    this.#starts.push(pattern.slice(0, KEY_LENGTH));
    this.#growPowers(length);
  }

  #hashes(pattern: string): { key: number; whole: number } {
    let hash = 0;
    let key = 0;
    for (let at = 0; at < pattern.length; at += 1) {
      hash = (Math.imul(hash, BASE) + pattern.charCodeAt(at)) | 0;
      const read = at + 1;
      if (read === KEY_LENGTH) key = hash;
      if (read < pattern.length && isCheckpoint(read)) {
        const longest = this.#beginnings.get(hash, read) ?? 0;
        if (pattern.length > longest) this.#beginnings.set(hash, read, pattern.length);
      }
    }
    return { key, whole: hash };
  }

  /** The longest first: where one value begins with another, it is the longer one that stands there. */
  #addLength(key: number, length: number): void {
    const head = this.#keys.get(key, KEY_LENGTH) ?? 0;
    let before = 0;
    let at = head;
    while (at !== 0 && this.#length(at) > length) {
      before = at;
      at = this.#next(at);
    }
    if (at !== 0 && this.#length(at) === length) return;
    const added = this.#lengths.push({ length, next: at }) - 1;
    const previous = this.#lengths[before];
    if (before === 0 || !previous) this.#keys.set(key, KEY_LENGTH, added);
    else previous.next = added;
  }

  #length(node: number): number {
    return this.#lengths[node]?.length ?? 0;
  }

  #next(node: number): number {
    return this.#lengths[node]?.next ?? 0;
  }

  #growPowers(length: number): void {
    if (length < this.#powers.length) return;
    const powers = new Int32Array(length + 1);
    powers.set(this.#powers);
    for (let at = this.#powers.length; at <= length; at += 1) powers[at] = Math.imul(powers[at - 1] ?? 0, BASE);
    this.#powers = powers;
  }

  /** Everywhere a pattern begins, the longest that does. */
  find(units: Uint16Array): Match[] {
    const matches: Match[] = [];
    if (this.#size === 0) return matches;
    this.#index();
    const shifts = this.#shifts;
    const bits = 32 - Math.log2(shifts.length);
    const last = units.length - KEY_LENGTH;
    let prefixes: Int32Array | undefined;
    let at = 0;
    while (at <= last) {
      const shift = shifts[blockHash(units, at + LONGEST_SHIFT - 1) >>> bits] ?? 0;
      if (shift !== 0) {
        at += shift;
        continue;
      }
      const head = this.#keys.get(keyHash(units, at), KEY_LENGTH);
      if (head !== undefined) {
        prefixes ??= prefixHashes(units);
        const match = this.#matchAt(prefixes, at, head);
        if (match) matches.push(match);
      }
      at += 1;
    }
    return matches;
  }

  #matchAt(prefixes: Int32Array, start: number, head: number): Match | undefined {
    for (let node = head; node !== 0; node = this.#next(node)) {
      const end = start + this.#length(node);
      if (end >= prefixes.length) continue;
      const label = this.#patterns.get(this.#hashOf(prefixes, start, end), end - start);
      if (label !== undefined) return { start, end, label };
    }
    return undefined;
  }

  /** From where on the end of the text is the beginning of a pattern; its length when nothing is. */
  openFrom(units: Uint16Array): number {
    if (this.#size === 0) return units.length;
    const prefixes = prefixHashes(units);
    for (let start = Math.max(0, units.length - this.longest); start < units.length; start += 1) {
      const rest = units.length - start;
      const read = checkpointIn(rest);
      const longest = this.#beginnings.get(this.#hashOf(prefixes, start, start + read), read);
      if (longest !== undefined && longest > rest) return start;
    }
    return units.length;
  }

  #hashOf(prefixes: Int32Array, start: number, end: number): number {
    return ((prefixes[end] ?? 0) - Math.imul(prefixes[start] ?? 0, this.#powers[end - start] ?? 0)) | 0;
  }

  /** Brings the table of shifts up to date; a denser one than an eighth lets too little be skipped. */
  #index(): void {
    const wanted = Math.ceil(Math.log2(this.#size * LONGEST_SHIFT * 8));
    const bits = Math.max(SMALLEST_TABLE_BITS, Math.min(LARGEST_TABLE_BITS, wanted));
    if (2 ** bits > this.#shifts.length) {
      this.#shifts = new Uint8Array(2 ** bits).fill(LONGEST_SHIFT);
      this.#indexed = 0;
    }
    const drop = 32 - Math.log2(this.#shifts.length);
    const units = new Uint16Array(KEY_LENGTH);
    for (; this.#indexed < this.#starts.length; this.#indexed += 1) {
      const start = this.#starts[this.#indexed] ?? '';
      for (let at = 0; at < KEY_LENGTH; at += 1) units[at] = start.charCodeAt(at);
      for (let at = 0; at < LONGEST_SHIFT; at += 1) {
        const slot = blockHash(units, at) >>> drop;
        this.#shifts[slot] = Math.min(this.#shifts[slot] ?? 0, LONGEST_SHIFT - 1 - at);
      }
    }
  }
}

function isCheckpoint(length: number): boolean {
  return length <= KEY_LENGTH || (length & (length - 1)) === 0;
}

function checkpointIn(length: number): number {
  return length <= KEY_LENGTH ? length : 1 << (31 - Math.clz32(length));
}

function blockHash(units: Uint16Array, at: number): number {
  const block =
    (units[at] ?? 0) ^ ((units[at + 1] ?? 0) << 8) ^ ((units[at + 2] ?? 0) << 16) ^ ((units[at + 3] ?? 0) << 24);
  return Math.imul(block ^ (block >>> 15), 0x9e_37_79_b1);
}

function keyHash(units: Uint16Array, at: number): number {
  let hash = 0;
  for (let offset = 0; offset < KEY_LENGTH; offset += 1) hash = (Math.imul(hash, BASE) + (units[at + offset] ?? 0)) | 0;
  return hash;
}

function prefixHashes(units: Uint16Array): Int32Array {
  const prefixes = new Int32Array(units.length + 1);
  let hash = 0;
  for (let at = 0; at < units.length; at += 1) {
    hash = (Math.imul(hash, BASE) + (units[at] ?? 0)) | 0;
    prefixes[at + 1] = hash;
  }
  return prefixes;
}
