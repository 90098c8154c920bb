/** Where the string ends that holds a statement, and whether something else than code surely goes on behind it. */
export interface StringEnd {
  readonly end: number;
  readonly certain: boolean;
}

interface OpenString {
  readonly quote: string;
  /** Backslashes before its quotation marks: a string in a string has more. */
  readonly escapes: number;
}

const MOST_OPEN = 4;
const quotes = /\n|(\\*)(["'])/g;
const beforeOpening = /[\s=:([{,;|&>"'\\@-]/;
const afterClosing = /[\s,\]}:;)&|+.<"'\\]/;
const afterValue = /[,\]}:]/;

/** Follows the strings of a text from its beginning on, for places in rising order. Strings of JSON, YAML, shells and programs begin and end alike. */
export class EnclosingStrings {
  readonly #text: string;
  #open: OpenString[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the innermost string around a place ends that ends before the limit. */
  endAround(place: number, limit: number): StringEnd | undefined {
    this.#follow(place);
    let nearest: StringEnd | undefined;
    for (const open of this.#open) {
      const found = this.#endOf(open, place, nearest?.end ?? limit);
      if (found) nearest = found;
    }
    return nearest;
  }

  #follow(place: number): void {
    quotes.lastIndex = this.#at;
    for (let match = quotes.exec(this.#text); match && match.index < place; match = quotes.exec(this.#text)) {
      const [whole, escapes = '', quote] = match;
      this.#at = match.index + whole.length;
      // No string of a line of JSON or of a log goes on in the next one; where a shell's does, the parser finds its end.
      if (quote === undefined) this.#open = [];
      else this.#quote({ quote, escapes: escapes.length }, match.index);
    }
  }

  #quote(mark: OpenString, start: number): void {
    const closed = this.#open.findIndex(({ quote, escapes }) => quote === mark.quote && mark.escapes <= escapes);
    if (closed !== -1) this.#open.length = closed;
    else if (this.#open.length < MOST_OPEN && (start === 0 || beforeOpening.test(this.#text.charAt(start - 1))))
      this.#open.push(mark);
  }

  #endOf({ quote, escapes }: OpenString, from: number, limit: number): StringEnd | undefined {
    for (let at = this.#text.indexOf(quote, from); at !== -1 && at < limit; at = this.#text.indexOf(quote, at + 1)) {
      // In YAML and SQL an apostrophe in a string is doubled.
      if (quote === "'" && this.#text.charAt(at + 1) === quote) {
        at += 1;
        continue;
      }
      const end = at - this.#escapesBefore(at, from);
      if (at - end > escapes) continue;
      const next = this.#text.charAt(at + 1);
      if (next !== '' && !afterClosing.test(next)) return undefined;
      return { end, certain: quote === '"' && (next === '' || next === '\n' || afterValue.test(next)) };
    }
    return undefined;
  }

  #escapesBefore(at: number, from: number): number {
    let count = 0;
    while (at - count > from && this.#text.charAt(at - count - 1) === '\\') count += 1;
    return count;
  }
}
