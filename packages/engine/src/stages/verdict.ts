import {
  envelopeDigest,
  peekStatement,
  tally,
  type Counted,
  type Envelope,
  type Predicate,
  type Statement,
  type Tally,
  type Verdict,
} from '@duovir/protocol';
import type { Context } from '../context.ts';
import type { DecidedMotion, FrozenMotion } from '../motion.ts';
import type { Ports } from '../ports.ts';
import { openUnder, stateOwn } from '../stated.ts';
import { policyOf, ruleOf } from '../trusted.ts';

export type Tallied =
  | { readonly kind: 'carried'; readonly motion: DecidedMotion }
  | { readonly kind: 'rejected'; readonly reason: string; readonly explanation: string }
  /** `waitMs`: when to look again if nobody wakes the run before. */
  | { readonly kind: 'referred'; readonly until: string; readonly waitMs: number }
  /** Another trust policy is in force now: what is not decided yet is not decided under the old one. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'cancelled' };

export interface TallyInput {
  readonly motion: FrozenMotion;
  /** Of both votes. */
  readonly opinions: readonly Envelope[];
  /** Set when people were asked: until when they may answer. */
  readonly until: string | null;
}

/**
 * Stage 4: the verdict by the rule of the motion's class, never by a model. What the reviewers cannot carry alone goes
 * to people; people who do not answer in time have not approved.
 */
export async function tallyMotion({ ports, plans, stages }: Context, run: string, input: TallyInput): Promise<Tallied> {
  const { motion, opinions, until } = input;
  if (motion.kind === 'plan') await stages.enter(ports, run, 'verdict');
  if (await ports.runs.cancelled(run)) return { kind: 'cancelled' };
  if (ports.trust.current().digest !== motion.trustPolicy) return stale(ports, run, motion);
  const approvals = await approvalsUnder(ports, motion);
  const policy = policyOf(ports, motion.trustPolicy);
  const accepted = await ports.runs.accepted(run);
  const glass = motion.riskClass === 'R4' ? null : await ports.emergency.breakGlass(motion.riskClass);
  const plan = await plans.load(motion.digest);
  const result = tally({
    rule: ruleOf(ports, motion),
    riskClass: motion.riskClass,
    dataClass: plan.dataClass,
    opinions: opinions.map((envelope) => {
      const { statement, principal } = openUnder(policy, envelope, 'opinion', 'reviewer');
      return { principal: principal.name, ...statement.predicate };
    }),
    approvals: approvals.map((envelope) => {
      const { statement, principal } = openUnder(policy, envelope, 'approval', 'person');
      return { person: principal.name, ...statement.predicate };
    }),
    proposer: motion.proposer,
    requester: accepted.requester,
    brokenBy: glass?.people ?? [],
    policy,
  });
  const breakGlass = result.reason === 'verdict.glass-broken' ? (glass?.statements ?? []) : [];
  const said = { ...result, opinions, approvals, breakGlass };
  const expired = until !== null && until <= ports.clock.now().toISOString();
  const { peopleTimeoutSeconds = 1 } = ruleOf(ports, motion) ?? {};
  const deadline = until ?? new Date(ports.clock.now().getTime() + peopleTimeoutSeconds * 1000).toISOString();
  const ask = async (waitMs: number): Promise<Tallied> => {
    // Said again each time: after a restart the run must still be seen to wait.
    await refer(ports, run, motion, result, accepted.requester, deadline);
    return { kind: 'referred', until: deadline, waitMs };
  };
  if (result.verdict === 'referred' && until !== null && !expired) {
    await ports.runs.recordVerdict(motion.digest, 'referred', result.explanation);
    return ask(waitUntil(deadline, ports));
  }
  if (breakGlass.length > 0 && glass) await sayGlass(ports, run, motion, glass);
  const saying =
    result.verdict === 'referred' ? (until === null ? { ...said, approvals: [] } : unanswered(said)) : said;
  const verdict = await say(ports, run, motion, saying, until === null ? 'verdict' : 'final-verdict');
  // Repeated after a crash, what was said the first time stands, with the voices it then counted (Invariant 11).
  const stated = verdictIn(verdict);
  switch (stated.verdict) {
    case 'referred':
      // Who has approved in between is counted by the next look.
      return ask(result.verdict === 'referred' ? waitUntil(deadline, ports) : 0);
    case 'rejected':
      return { kind: 'rejected', reason: stated.reason, explanation: saying.explanation };
    case 'carried': {
      const counted = (envelopes: readonly Envelope[], digests: readonly string[]): readonly Envelope[] =>
        envelopes.filter((envelope) => digests.includes(envelopeDigest(envelope)));
      const voices = {
        opinions: counted(opinions, stated.opinions),
        approvals: counted(approvals, stated.approvals),
        breakGlass: counted(glass?.statements ?? [], stated.breakGlass),
      };
      return { kind: 'carried', motion: { ...motion, ...voices, verdict } };
    }
  }
}

function unanswered(said: Saying): Saying {
  const explanation = 'Nobody who may approve this answered in time.';
  return { ...said, verdict: 'rejected', reason: 'people.no-answer', explanation };
}

function verdictIn(envelope: Envelope): Predicate<'verdict'> {
  return (peekStatement(envelope) as Statement<'verdict'>).predicate;
}

/** A person approves a motion under the policy that was shown; under another one the same word is none. */
async function approvalsUnder(ports: Ports, motion: FrozenMotion): Promise<readonly Envelope[]> {
  const approvals = await ports.runs.approvals(motion.digest);
  // Only then opened: who gave one under an older policy may be enrolled no more, or with another key.
  return approvals.filter(
    (envelope) => (peekStatement(envelope) as Statement<'approval'>).predicate.trustPolicy === motion.trustPolicy,
  );
}

async function sayGlass(
  ports: Ports,
  run: string,
  { digest, opening }: FrozenMotion,
  { people, until }: { readonly people: readonly string[]; readonly until: string },
): Promise<void> {
  await ports.events.publish(run, `break-glass-use/${digest}/${opening}`, {
    type: 'break-glass-use',
    body: { motion: digest, people: [...people], until, entry: null },
  });
}

async function stale(ports: Ports, run: string, motion: FrozenMotion): Promise<Tallied> {
  await ports.events.publish(run, `motion-reopen/${motion.digest}/${motion.opening}`, {
    type: 'motion-reopen',
    body: {
      motion: motion.digest,
      reason: 'trust-policy',
      explanation: 'Another trust policy came into force before it was decided.',
    },
  });
  return { kind: 'stale' };
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
  readonly breakGlass: readonly Envelope[];
  readonly counted: Counted;
}

async function say(ports: Ports, run: string, motion: FrozenMotion, saying: Saying, key: string): Promise<Envelope> {
  const { entry, envelope } = await stateOwn(ports, `${key}/${motion.digest}/${motion.opening}`, {
    run,
    kind: 'verdict',
    subject: motion.digest,
    predicate: {
      verdict: saying.verdict,
      riskClass: motion.riskClass,
      reason: saying.reason,
      opinions: saying.opinions.map(envelopeDigest),
      approvals: saying.approvals.map(envelopeDigest),
      breakGlass: saying.breakGlass.map(envelopeDigest),
      counted: saying.counted,
      trustPolicy: motion.trustPolicy,
    },
  });
  await ports.runs.recordVerdict(motion.digest, verdictIn(envelope).verdict, saying.explanation);
  await ports.events.publish(run, `verdict-reach/${motion.digest}/${motion.opening}/${key}`, {
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
  { peopleNeeded, explanation }: Tally,
  requester: string,
  until: string,
): Promise<void> {
  const people = policyOf(ports, motion.trustPolicy)
    .principals.filter(({ role, name }) => role === 'person' && name !== requester)
    .map(({ name }) => name);
  const needed = Math.max(1, peopleNeeded);
  const { digest, riskClass } = motion;
  await ports.runs.setState(run, { kind: 'waiting', motion: digest, riskClass, people, needed, until }, {});
  await ports.events.publish(run, `approval-wait/${digest}/${motion.opening}`, {
    type: 'approval-wait',
    body: { motion: digest, riskClass, people, needed, until, reason: explanation },
  });
}
