interface Node {
  readonly next: Map<number, number>;
  fail: number;
  readonly found: number[];
}

/** Finds every occurrence of every keyword in one pass (Aho and Corasick); keywords are lower case, letters match in both. */
export class KeywordAutomaton {
  readonly #nodes: Node[] = [createNode()];
  readonly #lengths: number[] = [];

  constructor(keywords: readonly string[]) {
    for (const [index, keyword] of keywords.entries()) this.#add(keyword, index);
    this.#link();
  }

  #add(keyword: string, index: number): void {
    this.#lengths.push(keyword.length);
    let node = 0;
    for (let at = 0; at < keyword.length; at += 1) {
      const code = keyword.charCodeAt(at);
      const next = this.#node(node).next.get(code) ?? this.#nodes.push(createNode()) - 1;
      this.#node(node).next.set(code, next);
      node = next;
    }
    this.#node(node).found.push(index);
  }

  #link(): void {
    const queue = [...this.#node(0).next.values()];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      for (const [code, child] of this.#node(at).next) {
        let fail = this.#node(at).fail;
        while (fail !== 0 && !this.#node(fail).next.has(code)) fail = this.#node(fail).fail;
        this.#node(child).fail = this.#node(fail).next.get(code) ?? 0;
        this.#node(child).found.push(...this.#node(this.#node(child).fail).found);
        queue.push(child);
      }
    }
  }

  /** Calls back with the index of a keyword and the place where it begins. */
  scan(text: string, found: (keyword: number, start: number) => void): void {
    let state = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = lowerCase(text.charCodeAt(at));
      let next = this.#node(state).next.get(code);
      while (next === undefined && state !== 0) {
        state = this.#node(state).fail;
        next = this.#node(state).next.get(code);
      }
      state = next ?? 0;
      for (const keyword of this.#node(state).found) found(keyword, at + 1 - (this.#lengths[keyword] ?? 0));
    }
  }

  #node(index: number): Node {
    const node = this.#nodes[index];
    if (node === undefined) throw new RangeError(`no node ${index}`);
    return node;
  }
}

function createNode(): Node {
  return { next: new Map(), fail: 0, found: [] };
}

function lowerCase(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}
