import { envelopeDigest, type Ballot, type Digest, type Grounds, type Plan, type QuorumRule } from '@duovir/protocol';
import type { RunnerErrorCode } from '../error.ts';
import { openApprovals, type Approval } from './approvals.ts';
import { openBreakGlass } from './broken-glass.ts';
import { assertChecked } from './checkers.ts';
import { assertFoundedHeal } from './founded-heal.ts';
import { assertIntended, assertRequester } from './intent.ts';
import type { KnownPlans } from './known-plans.ts';
import { openOpinions, type Opinion } from './opinions.ts';
import { claimedPolicy, openProposal } from './proposal.ts';
import { assertCarried } from './recount.ts';
import { assertRiskClass, ruleOf } from './risk-class.ts';
import { assertAllAbout, assertSameRun } from './same-run.ts';
import type { TrustAnchor } from './trust-anchor.ts';
import { assertUnderPolicy } from './trust-policy-digest.ts';
import { openVerdict } from './verdict.ts';

/** What whoever verifies knows by itself; nothing of it comes from whoever sends the grounds. */
export interface Knowledge {
  readonly anchor: TrustAnchor;
  readonly plans: KnownPlans;
  readonly now: Date;
}

/** When the grounds end, and with which words. */
export interface TimeLimit {
  /** In milliseconds since 1970. */
  readonly until: number;
  readonly code: RunnerErrorCode;
  readonly message: string;
}

/** A plan that was carried, whatever the server says. */
export interface CarriedPlan {
  readonly plan: Plan;
  readonly digest: Digest;
  readonly rule: QuorumRule;
  /** It was decided under. */
  readonly trustPolicy: Digest;
  /** Of the verdict's envelope. */
  readonly verdict: Digest;
  /** The envelope it was healed within; null for a plan of a planner. */
  readonly envelope: string | null;
  readonly limits: readonly TimeLimit[];
}

/**
 * That a plan was carried, from the officer's key alone: what was asked, proposed and said is opened here, checked here and
 * counted here. Throws `RunnerError`. What ends with time is not judged: the limits are the caller's to hold.
 */
export function verifyGrounds(grounds: Grounds, { anchor, plans, now }: Knowledge): CarriedPlan {
  const { plan, request } = grounds;
  assertSameRun(grounds, plan.run);
  const deciding = anchor.decidedUnder(claimedPolicy(grounds));
  const proposal = openProposal(grounds, deciding);
  const { digest } = proposal;
  const motion = proposal.motion.statement;
  const verdict = openVerdict(grounds, digest, deciding).statement;
  const interested = { proposer: proposal.plan.signer.name, requester: request.requester };
  const opinions = openOpinions(grounds, proposal, verdict.predicate, interested, deciding);
  const approvals = openApprovals(grounds, digest, verdict.predicate, interested, deciding);
  const voices = [...opinions, ...approvals].map(({ statement }) => statement);
  assertAllAbout([proposal.plan.statement, motion, verdict, ...voices], plan.run);
  assertUnderPolicy([motion, verdict, ...voices], deciding.digest);

  const riskClass = assertRiskClass(plan, motion.predicate, verdict.predicate);
  const rule = ruleOf(riskClass, deciding.policy);
  assertRequester(grounds, deciding);
  assertIntended(grounds, riskClass, deciding);
  assertFoundedHeal(motion.predicate, { plan, digest }, deciding.policy, plans);
  assertChecked(grounds, deciding);

  const glass = openBreakGlass(grounds, verdict.predicate, riskClass, deciding, now);
  assertCarried({
    rule,
    riskClass,
    dataClass: plan.dataClass,
    ...voted(opinions, approvals),
    ...interested,
    brokenBy: glass.people,
    policy: deciding.policy,
  });
  const { kind, envelope } = motion.predicate;
  return {
    plan,
    digest,
    rule,
    trustPolicy: deciding.digest,
    verdict: envelopeDigest(grounds.verdict),
    envelope: kind === 'heal' ? envelope : null,
    limits: [
      {
        until: deciding.until,
        code: 'trust-policy-stale',
        message: 'A newer trust policy is in force, and what the one before had decided may no longer be carried out.',
      },
      {
        until: glass.until,
        code: 'break-glass-expired',
        message: 'The time for which people had broken the glass is over.',
      },
    ],
  };
}

function voted(opinions: readonly Opinion[], approvals: readonly Approval[]): Pick<Ballot, 'opinions' | 'approvals'> {
  return {
    opinions: opinions.map(({ signer, statement }) => ({ principal: signer.name, ...statement.predicate })),
    approvals: approvals.map(({ signer, statement }) => ({ person: signer.name, ...statement.predicate })),
  };
}
