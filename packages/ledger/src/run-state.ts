import type { HashedEntry } from './entry.ts';
import { extendRun, startOfRun, type RunHead } from './run-head.ts';

/** Entries that concern no run. They never end, and nobody seals them: their order is that of the log. */
export const NO_RUN = 'duovir';

/** What decides whether a run takes one more entry. */
export interface RunState {
  readonly head: RunHead;
  /** Its last word has been said. */
  readonly isSettled: boolean;
}

export function newRun(run: string): RunState {
  return { head: startOfRun(run), isSettled: false };
}

export function extendState(
  { head, isSettled }: RunState,
  { kind, leaf }: Pick<HashedEntry, 'kind' | 'leaf'>,
): RunState {
  return { head: extendRun(head, leaf), isSettled: isSettled || kind === 'settlement' };
}
