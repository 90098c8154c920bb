import { hash } from 'node:crypto';
import type { EntryTail } from './entry-tail.ts';
import { scopeOf } from './entry-scope.ts';

/** `own`: judged here, and nowhere else. `known`: judged elsewhere, but what is judged here may rest on it. */
export type Part = 'own' | 'known' | 'other';

/**
 * Divides the entries of a log among auditors: all entries of a run go to one of them, what concerns the log is known to all
 * and judged by the first. So is what does not even say what it is about.
 */
export class Share {
  readonly #part: number;
  readonly #of: number;

  /** @param part from 0 on, below `of`. */
  constructor(part: number, of: number) {
    this.#part = part;
    this.#of = of;
  }

  get isFirst(): boolean {
    return this.#part === 0;
  }

  partOf(tail: EntryTail | undefined, index: number): Part {
    if (!tail) return this.isFirst ? 'own' : 'other';
    switch (scopeOf(tail)) {
      case 'run':
        return this.hasRun(tail.run) ? 'own' : 'other';
      case 'log':
        return this.isFirst ? 'own' : 'known';
      case 'passing':
        // Heartbeats are judged by what came before them; of the others each stands alone.
        return (tail.kind === 'heartbeat' ? this.isFirst : index % this.#of === this.#part) ? 'own' : 'other';
    }
  }

  hasRun(run: string): boolean {
    return this.#of === 1 || hash('sha256', run, 'buffer').readUInt32BE() % this.#of === this.#part;
  }
}
