import { isWhiteSpace } from './white-space.ts';

/** A text in one of its readings: what it says once escapes are undone, and where each character of that comes from. */
export interface TextView {
  readonly units: Uint16Array;
  /** Of each unit the place in the original where it begins, then where the text ends; undefined in the original itself. */
  readonly origins: Uint32Array | undefined;
}

/** Stands where a part is left out; no text has it. */
const LEFT_OUT = 0xff_ff;

export function viewOf(text: string): TextView {
  const bytes = Buffer.from(text, 'utf16le');
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : Uint8Array.from(bytes);
  return { units: new Uint16Array(aligned.buffer, aligned.byteOffset, text.length), origins: undefined };
}

export function textOf({ units }: TextView): string {
  return Buffer.from(units.buffer, units.byteOffset, units.byteLength).toString('utf16le');
}

/** Where in the original a unit of the view begins; after the last one, where it ends. */
export function originOf(view: TextView, index: number): number {
  return view.origins ? (view.origins[index] ?? 0) : index;
}

/** The units of a view that are no white space. */
export function withoutWhiteSpace({ units }: TextView): Uint16Array {
  const left = new Uint16Array(units.length);
  let length = 0;
  for (let at = 0; at < units.length; at += 1) {
    const unit = units[at] ?? 0;
    if (isWhiteSpace(unit)) continue;
    left[length] = unit;
    length += 1;
  }
  return left.subarray(0, length);
}

/** Of each unit of a view that is no white space its index in the view. */
export function indicesWithoutWhiteSpace({ units }: TextView): Uint32Array {
  const indices = new Uint32Array(units.length);
  let length = 0;
  for (let at = 0; at < units.length; at += 1) {
    if (isWhiteSpace(units[at] ?? 0)) continue;
    indices[length] = at;
    length += 1;
  }
  return indices;
}

/**
 * Writes a view that differs from another one in a few places. Only what is within reach of such a place is copied: the
 * rest says the same as in the other one.
 */
export class ViewWriter {
  readonly #source: TextView;
  readonly #reach: number;
  readonly #units: Uint16Array;
  readonly #origins: Uint32Array;
  #length = 0;
  /** How much of the source is written; nothing before the first place is. */
  #read = 0;

  /** `reach` is in units that are no white space. */
  constructor(source: TextView, reach: number) {
    this.#source = source;
    this.#reach = reach;
    this.#units = new Uint16Array(source.units.length + 1);
    this.#origins = new Uint32Array(source.units.length + 2);
  }

  /** What stands before `until` stays as it is. */
  copyUntil(until: number): void {
    const after = this.#read === 0 ? 0 : this.#reachedAfter(this.#read, until);
    const before = this.#reachedBefore(until, after);
    this.#copy(this.#read, after);
    if (before > after) this.#write(LEFT_OUT, after);
    this.#copy(before, until);
    this.#read = until;
  }

  /** One code point in place of what stands from `from` to `until`. */
  replace(from: number, until: number, codePoint: number): void {
    for (const unit of unitsOf(codePoint)) this.#write(unit, from);
    this.#read = until;
  }

  skipUntil(until: number): void {
    this.#read = until;
  }

  finish(): TextView {
    const { length } = this.#source.units;
    const after = this.#reachedAfter(this.#read, length);
    this.#copy(this.#read, after);
    if (after < length) this.#write(LEFT_OUT, after);
    this.#origins[this.#length] = originOf(this.#source, length);
    return {
      units: this.#units.subarray(0, this.#length),
      origins: this.#origins.subarray(0, this.#length + 1),
    };
  }

  #copy(from: number, until: number): void {
    const { units } = this.#source;
    for (let at = from; at < until; at += 1) this.#write(units[at] ?? 0, at);
  }

  #write(unit: number, from: number): void {
    this.#units[this.#length] = unit;
    this.#origins[this.#length] = originOf(this.#source, from);
    this.#length += 1;
  }

  #reachedAfter(from: number, limit: number): number {
    const { units } = this.#source;
    let at = from;
    for (let left = this.#reach; at < limit && (left > 0 || isBase64(units[at] ?? 0)); at += 1)
      if (!isWhiteSpace(units[at] ?? 0)) left -= 1;
    return at;
  }

  #reachedBefore(from: number, limit: number): number {
    const { units } = this.#source;
    let at = from;
    for (let left = this.#reach; at > limit && (left > 0 || isBase64(units[at - 1] ?? 0)); at -= 1)
      if (!isWhiteSpace(units[at - 1] ?? 0)) left -= 1;
    return at;
  }
}

/** Packed values are longer than any form of a value. */
function isBase64(unit: number): boolean {
  const lower = unit | 32;
  return (lower >= 97 && lower <= 122) || (unit >= 47 && unit <= 57) || unit === 43 || unit === 45 || unit === 95;
}

function unitsOf(codePoint: number): readonly number[] {
  if (codePoint < 0x1_00_00) return [codePoint];
  return [0xd7_c0 + (codePoint >> 10), 0xdc_00 | (codePoint & 0x3_ff)];
}
