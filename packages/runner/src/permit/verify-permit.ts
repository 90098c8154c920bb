import type { TrustedPolicy } from '@duovir/principal';
import type { Digest, ExecuteRequest, ExecutionSubject, Grounds, Predicate } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import type { RunFence } from '../execution/run-fences.ts';
import { openRestorations, type OpenedValue } from '../restoration/open-restorations.ts';
import { restoreSubject } from '../restoration/restore-placeholders.ts';
import { exactBytes } from './exact-bytes.ts';
import { assertFence } from './fence.ts';
import { assertAboveFloor, assertRestoredAboveFloor } from './floor.ts';
import { assertLogged } from './ledger-proof.ts';
import { assertLifetime } from './lifetime.ts';
import { assertSameRun } from './same-run.ts';
import { openSigned } from './signed-statement.ts';
import { assertInTime } from './verified-grounds.ts';
import type { CarriedPlan } from './verify-grounds.ts';

/** What the runner knows by itself; nothing of it comes from whoever sends the permit. */
export interface RunnerKnowledge {
  readonly newest: TrustedPolicy;
  /** Throws where the plan was not carried. */
  readonly carried: (grounds: Grounds) => CarriedPlan;
  readonly now: Date;
  /** Where the run stands. */
  readonly fence: RunFence;
  readonly isUsed: (permit: string) => boolean;
  /** Whether this plan was begun here. */
  readonly isBegun: (plan: Digest) => boolean;
}

/** A permit that holds, and the exact bytes it is for. */
export interface VerifiedPermit {
  readonly run: string;
  readonly permit: Predicate<'permit'>;
  readonly subject: ExecutionSubject;
  /** What will be executed: the subject with the values in it that its placeholders stand for. */
  readonly restored: ExecutionSubject;
  readonly values: readonly OpenedValue[];
  readonly carried: CarriedPlan;
}

/** Invariant 1, from the officer's key alone and with no code of whoever minted the permit. Throws `RunnerError`. */
export function verifyPermit(request: ExecuteRequest, knowledge: RunnerKnowledge): VerifiedPermit {
  const { policy } = knowledge.newest;
  const statement = openSigned(request.permit, 'permit', 'server', policy, 'permit-forged').statement;
  const { run, predicate: permit } = statement;
  if (knowledge.isUsed(permit.permit)) throw new RunnerError('permit-used', 'The permit has been used.');
  assertLogged(request.permit, request.proof, policy);
  assertSameRun(request, run);

  const carried = knowledge.carried(request);
  assertFor(permit, carried);
  // What was begun may be undone after its time, and nothing else of it done.
  if (permit.purpose === 'apply' || !knowledge.isBegun(carried.digest)) assertInTime(carried, knowledge.now);
  assertLifetime(permit, carried.rule, knowledge.now);

  const subject = exactBytes(request, statement);
  assertFence(subject, permit, knowledge.fence);
  assertAboveFloor(subject);
  // Of the whole plan: what another step has put in may turn up in the output of this one.
  const values = openRestorations(request.plan.placeholders ?? [], request.restorations);
  const restored = restoreSubject(subject, values);
  assertRestoredAboveFloor(restored, subject);
  return { run, permit, subject, restored, values, carried };
}

/** The permit rests on this very verdict, and on the trust policy it was reached under. */
function assertFor(permit: Predicate<'permit'>, { verdict, digest, trustPolicy }: CarriedPlan): void {
  if (permit.verdict !== verdict || permit.motion !== digest)
    throw new RunnerError('verdict-missing', 'The permit rests on another motion or verdict than the one sent.');
  if (permit.trustPolicy !== trustPolicy)
    throw new RunnerError('trust-policy-stale', 'The permit was minted under another trust policy than the verdict.');
}
