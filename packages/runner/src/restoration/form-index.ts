import type { ValueForm } from './value-forms.ts';

/** What stands at one place of a text. */
export interface Standing {
  /** Forms that stand there in full, the longest first. */
  readonly whole: readonly ValueForm[];
  /** One that the text ends within. */
  readonly unfinished: ValueForm | undefined;
}

const NOTHING: Standing = { whole: [], unfinished: undefined };

/** Forms in the order of their letters: one place is compared with all that begin alike at once. */
export class FormIndex {
  readonly #forms: readonly ValueForm[];
  readonly #first: ReadonlySet<number>;

  constructor(forms: readonly ValueForm[]) {
    this.#forms = forms.toSorted((left, right) => (left.text < right.text ? -1 : 1));
    this.#first = new Set(forms.map(({ text }) => text.charCodeAt(0)));
  }

  at(text: string, at: number): Standing {
    if (!this.#first.has(text.charCodeAt(at))) return NOTHING;
    const whole: ValueForm[] = [];
    let from = 0;
    let to = this.#forms.length;
    for (let depth = 0; from < to; depth += 1) {
      const shortest = this.#forms[from];
      if (shortest?.text.length === depth) {
        whole.unshift(shortest);
        from += 1;
      }
      if (from === to) break;
      if (at + depth >= text.length) return { whole, unfinished: this.#forms[from] };
      const code = text.charCodeAt(at + depth);
      to = this.#bound(from, to, depth, code + 1);
      from = this.#bound(from, to, depth, code);
    }
    return { whole, unfinished: undefined };
  }

  /** The first of a range of forms whose letter at `depth` is not below `code`. */
  #bound(from: number, to: number, depth: number, code: number): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#forms[middle]?.text.charCodeAt(depth) ?? 0) < code) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
