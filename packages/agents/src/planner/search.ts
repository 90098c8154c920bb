import { isAct, termsOf } from './words.ts';

/** What the index knows of one playbook. */
export interface Entry<Item> {
  readonly item: Item;
  /** The goal must name at least one of these. */
  readonly tags: readonly string[];
  readonly title: string;
  /** More text, each part with how often it counts. */
  readonly texts: readonly string[];
}

export interface Hit<Item> {
  readonly item: Item;
  /** BM25; comparable within one search only. */
  readonly score: number;
  /** Share of the goal's terms that the entry knows. */
  readonly coverage: number;
  readonly namesTag: boolean;
  /** Acts the goal asks for and the entry does not speak of. */
  readonly strangeActs: readonly string[];
}

const K1 = 1.2;
const B = 0.75;
const TITLE_WEIGHT = 2;

interface Indexed<Item> {
  readonly entry: Entry<Item>;
  readonly tags: ReadonlySet<string>;
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
}

/** Okapi BM25 over title, tags and synonyms. Deterministic: equal scores keep the order of the entries. */
export class Search<Item> {
  readonly #indexed: readonly Indexed<Item>[];
  readonly #averageLength: number;

  constructor(entries: readonly Entry<Item>[]) {
    this.#indexed = entries.map(index);
    const total = this.#indexed.reduce((sum, { length }) => sum + length, 0);
    this.#averageLength = total / Math.max(1, entries.length);
  }

  /** Every entry, best first. */
  find(goal: string): Hit<Item>[] {
    const terms = [...new Set(termsOf(goal))];
    return this.#indexed
      .map((indexed) => ({
        item: indexed.entry.item,
        score: terms.reduce((sum, term) => sum + this.#weight(term, indexed), 0),
        coverage: terms.filter((term) => indexed.counts.has(term)).length / Math.max(1, terms.length),
        namesTag: terms.some((term) => indexed.tags.has(term)),
        strangeActs: terms.filter((term) => isAct(term) && !indexed.counts.has(term)),
      }))
      .toSorted((left, right) => right.score - left.score);
  }

  #weight(term: string, { counts, length }: Indexed<Item>): number {
    const frequency = counts.get(term) ?? 0;
    if (frequency === 0) return 0;
    const known = this.#indexed.filter((indexed) => indexed.counts.has(term)).length;
    const rarity = Math.log(1 + (this.#indexed.length - known + 0.5) / (known + 0.5));
    return (rarity * frequency * (K1 + 1)) / (frequency + K1 * (1 - B + (B * length) / this.#averageLength));
  }
}

function index<Item>(entry: Entry<Item>): Indexed<Item> {
  const tags = entry.tags.flatMap(termsOf);
  const titles = Array.from({ length: TITLE_WEIGHT }, () => termsOf(entry.title)).flat();
  const counts = new Map<string, number>();
  const terms = [...titles, ...tags, ...entry.texts.flatMap(termsOf)];
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return { entry, tags: new Set(tags), counts, length: terms.length };
}
