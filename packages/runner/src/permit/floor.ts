import { isDenied, policyFloor } from '@duovir/policy';
import type { ExecutionSubject } from '@duovir/protocol';
import { RunnerError } from '../error.ts';

/** Deterministic checks on the exact bytes once more: last line, whoever has approved them (Invariant 3). */
export function assertAboveFloor(subject: ExecutionSubject): void {
  const denied = policyFloor(subject).find((finding) => isDenied([finding]));
  if (denied) throw new RunnerError('floor-denied', `${denied.rule}: ${denied.claim}`);
}
