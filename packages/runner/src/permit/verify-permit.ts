import type { TrustedPolicy } from '@duovir/principal';
import type { ExecuteRequest, ExecutionSubject, Predicate } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import type { RunFence } from '../execution/run-fences.ts';
import { openRestorations, type OpenedValue } from '../restoration/open-restorations.ts';
import { restoreSubject } from '../restoration/restore-placeholders.ts';
import { openApprovals } from './approvals.ts';
import { exactBytes } from './exact-bytes.ts';
import { assertFence } from './fence.ts';
import { assertAboveFloor, assertRestoredAboveFloor } from './floor.ts';
import { assertInsideEnvelope } from './heal-envelope.ts';
import { assertLogged } from './ledger-proof.ts';
import { assertLifetime } from './lifetime.ts';
import { assertNothingOpen, openOpinions } from './opinions.ts';
import { openProposal } from './proposal.ts';
import { assertQuorum } from './quorum.ts';
import { assertRiskClass, ruleOf } from './risk-class.ts';
import { assertAllAbout, assertSameRun } from './same-run.ts';
import { openSigned } from './signed-statement.ts';
import { assertUnderPolicy } from './trust-policy-digest.ts';
import { openVerdict } from './verdict.ts';

/** What the runner knows by itself; nothing of it comes from whoever sends the permit. */
export interface Grounds {
  readonly trusted: TrustedPolicy;
  readonly now: Date;
  /** Where the run stands. */
  readonly fence: RunFence;
  readonly isUsed: (permit: string) => boolean;
}

/** A permit that holds, and the exact bytes it is for. */
export interface VerifiedPermit {
  readonly run: string;
  readonly permit: Predicate<'permit'>;
  readonly subject: ExecutionSubject;
  /** What will be executed: the subject with the values in it that its placeholders stand for. */
  readonly restored: ExecutionSubject;
  readonly values: readonly OpenedValue[];
}

/** Invariant 1, from the officer's key alone and with no code of whoever minted the permit. Throws `RunnerError`. */
export function verifyPermit(request: ExecuteRequest, { trusted, now, fence, isUsed }: Grounds): VerifiedPermit {
  const { policy, digest } = trusted;

  const permit = openSigned(request.permit, 'permit', 'server', policy, 'permit-forged').statement;
  if (isUsed(permit.predicate.permit)) throw new RunnerError('permit-used', 'The permit has been used.');
  assertLogged(request.permit, request.proof, policy);
  assertSameRun(request, permit.run);

  const proposal = openProposal(request, policy);
  const plan = proposal.plan.statement;
  const motion = proposal.motion.statement;
  const verdict = openVerdict(request, permit.predicate, proposal.digest, policy).statement;
  const interested = { proposer: proposal.plan.signer.name, requester: request.request.requester };
  const opinions = openOpinions(request, proposal, verdict.predicate, interested, policy);
  const approvals = openApprovals(request, proposal.digest, verdict.predicate, interested, policy);
  const voices = [...opinions, ...approvals].map(({ statement }) => statement);
  assertAllAbout([plan, motion, verdict, ...voices], permit.run);
  assertUnderPolicy([permit, motion, verdict, ...voices], digest);

  const rule = ruleOf(assertRiskClass(request.plan, motion.predicate, verdict.predicate), policy);
  assertLifetime(permit.predicate, rule, now);
  assertInsideEnvelope(motion.predicate, request.plan, policy);
  assertNothingOpen(opinions);
  assertQuorum(opinions, approvals, rule);

  const subject = exactBytes(request, permit);
  assertFence(subject, permit.predicate, fence);
  assertAboveFloor(subject);
  // Of the whole plan: what another step has put in may turn up in the output of this one.
  const values = openRestorations(request.plan.placeholders ?? [], request.restorations);
  const restored = restoreSubject(subject, values);
  assertRestoredAboveFloor(restored, subject);
  return { run: permit.run, permit: permit.predicate, subject, restored, values };
}
