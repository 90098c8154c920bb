import { hash } from 'node:crypto';
import type { Cell, Row } from './report/report.ts';

const SAMPLE = 25;

/** Rows of one table: all of them, or those that have one of some values in each of some columns. */
export interface Selection {
  readonly report: string;
  readonly where?: Readonly<Record<string, readonly Cell[]>>;
}

/** What an assessor draws from: how many there are, and a sample that whoever made the pack could not choose. */
export interface Counted {
  readonly population: number;
  readonly sample: readonly number[];
  /** When the newest of them was said; null where there is none. */
  readonly newest: string | null;
}

/**
 * Counts what a selection has. The sample are the entries with the smallest hashes of root and index: settled by the root that
 * log and witnesses signed, and the same for everybody who draws it.
 */
export class Population {
  readonly selection: Selection;
  readonly #seed: string;
  readonly #drawn: { readonly ticket: string; readonly entry: number }[] = [];
  #rows = 0;
  #newest: string | null = null;

  constructor(selection: Selection, root: string) {
    this.selection = selection;
    this.#seed = `duovir/sample/v1\0${root}\0${JSON.stringify(selection)}\0`;
  }

  add(row: Row, time: string | null): void {
    const { where = {} } = this.selection;
    if (!Object.entries(where).every(([column, values]) => values.includes(row[column] ?? null))) return;
    this.#rows += 1;
    if (time !== null && (this.#newest === null || time > this.#newest)) this.#newest = time;
    if (row.entry !== null) this.#draw(row.entry);
  }

  get counted(): Counted {
    const sample = this.#drawn.map(({ entry }) => entry).toSorted((left, right) => left - right);
    return { population: this.#rows, sample, newest: this.#newest };
  }

  #draw(entry: number): void {
    const ticket = hash('sha256', this.#seed + entry, 'hex');
    const last = this.#drawn.at(-1);
    if (this.#drawn.length === SAMPLE && last && ticket >= last.ticket) return;
    if (this.#drawn.some((drawn) => drawn.entry === entry)) return;
    const at = this.#drawn.findIndex((drawn) => ticket < drawn.ticket);
    this.#drawn.splice(at < 0 ? this.#drawn.length : at, 0, { ticket, entry });
    this.#drawn.length = Math.min(this.#drawn.length, SAMPLE);
  }
}
