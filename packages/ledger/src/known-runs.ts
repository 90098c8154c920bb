import type { RunState } from './run-state.ts';

/** The runs that were written to last, the least recently used leaving first. Holds only what is durable. */
export class KnownRuns {
  readonly #capacity: number;
  readonly #states = new Map<string, RunState>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(run: string): RunState | undefined {
    const state = this.#states.get(run);
    if (state) this.#place(run, state);
    return state;
  }

  keep(states: Iterable<readonly [string, RunState]>): void {
    for (const [run, state] of states) this.#place(run, state);
    for (const oldest of this.#states.keys()) {
      if (this.#states.size <= this.#capacity) return;
      this.#states.delete(oldest);
    }
  }

  #place(run: string, state: RunState): void {
    this.#states.delete(run);
    this.#states.set(run, state);
  }
}
