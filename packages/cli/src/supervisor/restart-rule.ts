/** A process that stayed up this long was fine: what killed it then is a new story. */
const STABLE_MS = 15_000;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;
/** About half a minute of trying. */
const MOST_FAILURES = 10;

export type RestartDecision =
  | { readonly kind: 'restart'; readonly afterMs: number; readonly failures: number }
  | { readonly kind: 'give-up'; readonly failures: number };

/** What to do about a process that ended by itself after `livedMs`, having failed `failures` times in a row before. */
export function decideRestart(failures: number, livedMs: number): RestartDecision {
  const count = livedMs >= STABLE_MS ? 1 : failures + 1;
  if (count > MOST_FAILURES) return { kind: 'give-up', failures: count };
  return { kind: 'restart', afterMs: Math.min(FIRST_DELAY_MS * 2 ** (count - 1), LONGEST_DELAY_MS), failures: count };
}
