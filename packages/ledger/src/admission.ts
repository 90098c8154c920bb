import type { HashedEntry } from './entry.ts';
import { LedgerError } from './error.ts';
import type { KnownEntry } from './ledger-table.ts';
import { extendState, newRun, NO_RUN, type RunState } from './run-state.ts';

/** What the log has already, as far as the calls of one batch ask for it. */
export interface Ground {
  readonly runs: ReadonlyMap<string, RunState>;
  /** Entries by key. A key that is missing here may still be taken. */
  readonly known: ReadonlyMap<string, KnownEntry>;
}

/** What becomes of one call if it is written in its turn. */
export type Admitted = { readonly kind: 'admitted' } | { readonly kind: 'refused'; readonly error: LedgerError };

/**
 * One batch in the making. A call is taken whole or leaves no trace: what it would have changed about a run does not count
 * for the calls behind it.
 */
export class Admission {
  readonly #ground: Ground;
  /** By key, in the order in which they will be written. */
  readonly fresh = new Map<string, HashedEntry>();
  /** The runs as they will be. */
  readonly runs = new Map<string, RunState>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  admit(entries: readonly HashedEntry[]): Admitted {
    const own = new Map<string, HashedEntry>();
    const states = new Map<string, RunState>();
    for (const entry of entries) {
      const other = this.#ground.known.get(entry.key) ?? this.fresh.get(entry.key) ?? own.get(entry.key);
      if (other?.leaf.equals(entry.leaf)) continue;
      if (other) return refused('entry-conflict', `The key ${entry.key} already names another entry.`);
      own.set(entry.key, entry);
      if (entry.run === NO_RUN) continue;
      const state = states.get(entry.run) ?? this.#state(entry.run);
      if (state.isSettled) return refused('run-settled', `${entry.run} is settled and takes nothing more.`);
      if (entry.after !== undefined && entry.after !== state.head.entries)
        return refused('run-grown', `${entry.run} has ${state.head.entries} entries, not ${entry.after}.`);
      states.set(entry.run, extendState(state, entry));
    }
    for (const [key, entry] of own) this.fresh.set(key, entry);
    for (const [run, state] of states) this.runs.set(run, state);
    return { kind: 'admitted' };
  }

  #state(run: string): RunState {
    return this.runs.get(run) ?? this.#ground.runs.get(run) ?? newRun(run);
  }
}

function refused(code: 'entry-conflict' | 'run-settled' | 'run-grown', message: string): Admitted {
  return { kind: 'refused', error: new LedgerError(code, message) };
}
