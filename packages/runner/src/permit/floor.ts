import { isDenied, policyFloor, restoredFloor } from '@duovir/policy';
import type { ExecutionSubject } from '@duovir/protocol';
import { RunnerError } from '../error.ts';

/** Deterministic checks on the exact bytes once more: last line, whoever has approved them (Invariant 3). */
export function assertAboveFloor(subject: ExecutionSubject): void {
  const denied = policyFloor(subject).find((finding) => isDenied([finding]));
  if (denied) throw new RunnerError('floor-denied', `${denied.rule}: ${denied.claim}`);
}

/** Once more with the values in their places. Says where, and not what: a claim would quote them (Invariant 7). */
export function assertRestoredAboveFloor(restored: ExecutionSubject, approved: ExecutionSubject): void {
  const undone = [undoOf(restored), undoOf(approved)] as const;
  const denied = [...restoredFloor(restored, approved), ...restoredFloor(...undone)].find((finding) =>
    isDenied([finding]),
  );
  if (denied)
    throw new RunnerError('floor-denied', `${denied.rule}: not with the value put in at ${denied.evidence.join()}.`);
}

/** What could not be undone is not done. */
function undoOf(subject: ExecutionSubject): ExecutionSubject {
  return subject.compensate.kind === 'none' ? subject : { ...subject, call: subject.compensate.call, verify: [] };
}
