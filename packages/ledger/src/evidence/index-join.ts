import * as z from 'zod';
import type { Finding } from '../finding.ts';
import { INDEX_FILE, indexLine } from './index-line.ts';
import type { PackedEntry } from './packed-entry.ts';

const indexedSchema = z.looseObject({ index: z.int().min(0) });

/** Puts the lines of `index.jsonl` beside the entries: each must be what its entry says. */
export class IndexJoin {
  readonly #lines: AsyncIterator<string>;
  readonly #onFinding: (finding: Finding) => void;
  #next: string | undefined;
  #number = 0;
  #isBegun = false;

  constructor(lines: AsyncIterable<string>, onFinding: (finding: Finding) => void) {
    this.#lines = lines[Symbol.asyncIterator]();
    this.#onFinding = onFinding;
  }

  async read(entry: PackedEntry): Promise<void> {
    if (!this.#isBegun) await this.#advance();
    const expected = indexLine(entry).trimEnd();
    while (this.#next !== undefined && this.#next !== expected) {
      const index = indexOf(this.#next);
      if (index !== undefined && index > entry.index) break;
      if (index === entry.index) {
        this.#find(entry.index, 'The line of this entry says something else than the entry.');
        return this.#advance();
      }
      this.#tooMany();
      await this.#advance();
    }
    if (this.#next === expected) await this.#advance();
    else this.#find(entry.index, 'The index has no line about this entry.');
  }

  /** Once all entries are read. */
  async end(): Promise<void> {
    if (!this.#isBegun) await this.#advance();
    for (; this.#next !== undefined; await this.#advance()) this.#tooMany();
  }

  #tooMany(): void {
    const consequence = `Line ${this.#number} is about no entry that is here, or out of order.`;
    this.#onFinding({ file: INDEX_FILE, rule: 'index', consequence });
  }

  #find(entry: number, consequence: string): void {
    this.#onFinding({ entry, file: INDEX_FILE, rule: 'index', consequence });
  }

  async #advance(): Promise<void> {
    this.#isBegun = true;
    const { done, value } = await this.#lines.next();
    this.#next = done === true ? undefined : value;
    this.#number += 1;
  }
}

function indexOf(line: string): number | undefined {
  try {
    return indexedSchema.parse(JSON.parse(line)).index;
  } catch {
    // No line of an index: nothing follows from it.
    return undefined;
  }
}
