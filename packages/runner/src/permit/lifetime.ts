import type { Predicate, QuorumRule } from '@duovir/protocol';
import { RunnerError } from '../error.ts';

/** What the clocks of two machines may differ by. */
export const CLOCK_SKEW_MS = 5_000;

/** The permit is valid now, and was never meant to be valid for longer than its risk class allows. */
export function assertLifetime(permit: Predicate<'permit'>, rule: QuorumRule, now: Date): void {
  const issuedAt = Date.parse(permit.issuedAt);
  const expiresAt = Date.parse(permit.expiresAt);
  if (!(issuedAt <= now.getTime() + CLOCK_SKEW_MS))
    throw new RunnerError('permit-not-yet-valid', `The permit is dated ${permit.issuedAt}, which is in the future.`);
  if (!(expiresAt > now.getTime()))
    throw new RunnerError('permit-expired', `The permit expired at ${permit.expiresAt}.`);
  if (!(expiresAt - issuedAt <= rule.permitSeconds * 1000))
    throw new RunnerError('permit-lifetime', `The permit lives longer than ${rule.permitSeconds} s.`);
}
