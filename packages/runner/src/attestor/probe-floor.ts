import { isDenied, policyFloor, readsOnly, restoredFloor } from '@duovir/policy';
import type { BoundPlaceholder, ExecutionSubject, FindingDetail, Probe } from '@duovir/protocol';
import { RunnerError } from '../error.ts';

/** The floor once more, by the attestor itself and over every probe, whoever has agreed to it (Invariant 3). */
export function assertProbesAboveFloor(
  run: string,
  probes: readonly Probe[],
  placeholders: readonly BoundPlaceholder[],
): void {
  const denied = policyFloor(subjectOf(run, probes, placeholders)).find(denies);
  if (denied) throw new RunnerError('floor-denied', `${denied.rule}: ${denied.claim}`);
  const changing = probes.find(
    ({ action, with: input }) => action === 'command.probe@1' && 'argv' in input && !readsOnly(input.argv),
  );
  if (changing)
    throw new RunnerError('floor-denied', `check.probe-reads: ${changing.id} cannot be seen to change nothing.`);
}

/** The rule that forbids the probe with values put in, if any. Not what it found: a claim would quote them (Invariant 7). */
export function deniedRestored(run: string, restored: Probe, agreed: Probe): string | undefined {
  return restoredFloor(subjectOf(run, [restored], []), subjectOf(run, [agreed], [])).find(denies)?.rule;
}

function denies(finding: FindingDetail): boolean {
  return isDenied([finding]);
}

/** Rules are about what a step does; a probe alone belongs to one that does nothing. */
function subjectOf(run: string, verify: readonly Probe[], placeholders: readonly BoundPlaceholder[]): ExecutionSubject {
  return {
    run,
    step: 'probe',
    purpose: 'apply',
    call: { action: 'sandbox.close@1', with: {} },
    target: { kind: 'sandbox', id: run },
    environment: 'development',
    secrets: [],
    timeoutMs: 60_000,
    verify,
    compensate: { kind: 'none', reason: 'A probe changes nothing.' },
    settings: [],
    placeholders,
  };
}
