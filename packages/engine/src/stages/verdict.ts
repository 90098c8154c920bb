import { tally } from '@duovir/policy';
import { envelopeDigest, type Envelope, type QuorumRule, type Verdict } from '@duovir/protocol';
import type { Context } from '../context.ts';
import type { CarriedMotion, FrozenMotion } from '../motion.ts';
import type { Ports } from '../ports.ts';
import { openFrom, stateOwn } from '../stated.ts';

export type Tally =
  | { readonly kind: 'carried'; readonly motion: CarriedMotion }
  | { readonly kind: 'rejected'; readonly reason: string; readonly explanation: string }
  /** `waitMs`: when to look again if nobody wakes the run before. */
  | { readonly kind: 'referred'; readonly until: string; readonly waitMs: number }
  | { readonly kind: 'cancelled' };

export interface TallyInput {
  readonly motion: FrozenMotion;
  readonly opinions: readonly Envelope[];
  /** Set when people were asked: until when they may answer. */
  readonly until: string | null;
}

/**
 * Stage 4: the verdict by the rule of the motion's class, never by a model. What the reviewers cannot carry alone goes
 * to people; people who do not answer in time have not approved.
 */
export async function tallyMotion({ ports, stages }: Context, run: string, input: TallyInput): Promise<Tally> {
  const { motion, opinions, until } = input;
  if (motion.kind === 'plan') await stages.enter(ports, run, 'verdict');
  if (await ports.runs.cancelled(run)) return { kind: 'cancelled' };
  const { policy } = ports.trust.current();
  const rule = motion.riskClass === 'R4' ? undefined : policy.quorum[motion.riskClass];
  const approvals = await ports.runs.approvals(motion.digest);
  const accepted = await ports.runs.accepted(run);
  const result = tally({
    rule,
    riskClass: motion.riskClass,
    opinions: opinions.map((envelope) => {
      const { statement, principal } = openFrom(ports, envelope, 'opinion', 'reviewer');
      return { principal: principal.name, ...statement.predicate };
    }),
    approvals: approvals.map((envelope) => {
      const { statement, principal } = openFrom(ports, envelope, 'approval', 'person');
      return { person: principal.name, ...statement.predicate };
    }),
    proposer: motion.proposer,
    requester: accepted.requester,
    policy,
  });
  const expired = until !== null && until <= ports.clock.now().toISOString();
  if (result.verdict === 'referred' && !expired && rule) {
    const deadline = until ?? new Date(ports.clock.now().getTime() + rule.peopleTimeoutSeconds * 1000).toISOString();
    if (until === null) await say(ports, run, motion, { ...result, opinions, approvals: [] }, 'verdict');
    // Said again each time: after a restart the run must still be seen to wait.
    await refer(ports, run, motion, rule, accepted.requester, deadline, result.explanation);
    return { kind: 'referred', until: deadline, waitMs: waitUntil(deadline, ports) };
  }
  if (result.verdict === 'referred') {
    const explanation = 'Nobody who may approve this answered in time.';
    await say(
      ports,
      run,
      motion,
      { verdict: 'rejected', reason: 'people.no-answer', explanation, opinions, approvals },
      'final-verdict',
    );
    return { kind: 'rejected', reason: 'people.no-answer', explanation };
  }
  const verdict = await say(
    ports,
    run,
    motion,
    { ...result, opinions, approvals },
    until === null ? 'verdict' : 'final-verdict',
  );
  if (result.verdict === 'rejected')
    return { kind: 'rejected', reason: result.reason, explanation: result.explanation };
  return { kind: 'carried', motion: { ...motion, opinions, approvals, verdict } };
}

/** Whoever approves or stops wakes the run; this is only for the deadline, and for a wake that was lost. */
const LONGEST_WAIT_MS = 3_600_000;

function waitUntil(deadline: string, ports: Ports): number {
  const left = Date.parse(deadline) - ports.clock.now().getTime();
  return Math.min(Math.max(left, 0), LONGEST_WAIT_MS);
}

interface Saying {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly explanation: string;
  readonly opinions: readonly Envelope[];
  readonly approvals: readonly Envelope[];
}

async function say(ports: Ports, run: string, motion: FrozenMotion, saying: Saying, key: string): Promise<Envelope> {
  const { entry, envelope } = await stateOwn(ports, `${key}/${motion.digest}`, {
    run,
    kind: 'verdict',
    subject: motion.digest,
    predicate: {
      verdict: saying.verdict,
      riskClass: motion.riskClass,
      reason: saying.reason,
      opinions: saying.opinions.map(envelopeDigest),
      approvals: saying.approvals.map(envelopeDigest),
      trustPolicy: ports.trust.current().digest,
    },
  });
  await ports.runs.recordVerdict(motion.digest, saying.verdict, saying.explanation);
  await ports.events.publish(run, `verdict-reach/${motion.digest}/${key}`, {
    type: 'verdict-reach',
    body: {
      motion: motion.digest,
      motionKind: motion.kind,
      verdict: saying.verdict,
      riskClass: motion.riskClass,
      reason: saying.reason,
      explanation: saying.explanation,
      entry,
    },
  });
  return envelope;
}

async function refer(
  ports: Ports,
  run: string,
  motion: FrozenMotion,
  rule: QuorumRule,
  requester: string,
  until: string,
  reason: string,
): Promise<void> {
  const people = ports.trust
    .current()
    .policy.principals.filter(({ role, name }) => role === 'person' && name !== requester)
    .map(({ name }) => name);
  const needed = Math.max(1, rule.people);
  await ports.runs.setState(
    run,
    { kind: 'waiting', motion: motion.digest, riskClass: motion.riskClass, people, needed, until },
    {},
  );
  await ports.events.publish(run, `approval-wait/${motion.digest}`, {
    type: 'approval-wait',
    body: { motion: motion.digest, riskClass: motion.riskClass, people, needed, until, reason },
  });
}
