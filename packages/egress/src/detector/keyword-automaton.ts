const NONE: readonly number[] = [];

/**
 * Finds every occurrence of every keyword in one pass (Aho and Corasick), as a table of one step per character.
 * Keywords are in lower case; the text may be in either.
 */
export class KeywordAutomaton {
  /** Character to column; column 0 are characters of no keyword. */
  readonly #columns = new Uint8Array(128);
  readonly #width: number;
  readonly #steps: Int32Array;
  readonly #found: (readonly number[])[] = [];
  readonly #lengths: readonly number[];

  constructor(keywords: readonly string[]) {
    this.#lengths = keywords.map(({ length }) => length);
    let columns = 1;
    for (const character of new Set(keywords.join(''))) {
      this.#columns[character.charCodeAt(0)] = columns;
      this.#columns[character.toUpperCase().charCodeAt(0)] = columns;
      columns += 1;
    }
    this.#width = columns;
    const states = 1 + keywords.reduce((sum, { length }) => sum + length, 0);
    this.#steps = new Int32Array(states * columns).fill(-1);
    this.#found = Array.from({ length: states }, () => NONE);
    this.#complete(this.#plant(keywords));
  }

  /** Builds the tree of the keywords; returns how many states it has. */
  #plant(keywords: readonly string[]): number {
    let states = 1;
    for (const [index, keyword] of keywords.entries()) {
      let state = 0;
      for (let at = 0; at < keyword.length; at += 1) {
        const cell = state * this.#width + this.#column(keyword.charCodeAt(at));
        if (this.#steps[cell] === -1) this.#steps[cell] = states++;
        state = this.#steps[cell] ?? 0;
      }
      this.#found[state] = [...this.#foundAt(state), index];
    }
    return states;
  }

  /** Fills every step that leaves the tree with the step from the longest suffix that is in it, nearest states first. */
  #complete(states: number): void {
    const fallbacks = new Int32Array(states);
    const queue = [0];
    for (let head = 0; head < queue.length; head += 1) {
      const state = queue[head] ?? 0;
      const fallback = fallbacks[state] ?? 0;
      this.#found[state] = state === 0 ? NONE : [...this.#foundAt(state), ...this.#foundAt(fallback)];
      for (let column = 0; column < this.#width; column += 1) {
        const cell = state * this.#width + column;
        const elsewhere = state === 0 ? 0 : (this.#steps[fallback * this.#width + column] ?? 0);
        const next = this.#steps[cell] ?? -1;
        if (next === -1) this.#steps[cell] = elsewhere;
        else {
          fallbacks[next] = elsewhere;
          queue.push(next);
        }
      }
    }
  }

  /** Calls back with the index of a keyword and the place where it begins. */
  scan(text: string, found: (keyword: number, start: number) => void): void {
    let state = 0;
    for (let at = 0; at < text.length; at += 1) {
      state = this.#steps[state * this.#width + this.#column(text.charCodeAt(at))] ?? 0;
      const keywords = this.#foundAt(state);
      for (const keyword of keywords) found(keyword, at + 1 - (this.#lengths[keyword] ?? 0));
    }
  }

  #column(code: number): number {
    return this.#columns[code] ?? 0;
  }

  #foundAt(state: number): readonly number[] {
    return this.#found[state] ?? NONE;
  }
}
