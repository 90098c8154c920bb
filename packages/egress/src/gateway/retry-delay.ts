import type { Attempt } from './attempt.ts';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 60_000;
/** Request timeout, conflict, too many requests; of the others below 500 none gets better by itself. */
const PASSING = new Set([408, 409, 429]);

/** Milliseconds until the next try makes sense; undefined when none does. */
export function retryDelay(attempt: Attempt, signal: AbortSignal, number: number): number | undefined {
  if (signal.aborted || attempt.refusal !== undefined) return undefined;
  const { response } = attempt;
  if (response && !response.ok && response.status < 500 && !PASSING.has(response.status)) return undefined;
  const asked = retryAfter(response?.headers);
  if (asked !== undefined) return asked <= LONGEST_DELAY_MS ? asked : undefined;
  return FIRST_DELAY_MS * 4 ** (number - 1);
}

/** RFC 9110, section 10.2.3, in seconds only; a date would need the provider's clock. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const seconds = headers?.get('retry-after');
  return seconds !== null && seconds !== undefined && /^\d{1,9}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}
