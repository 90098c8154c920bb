import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  digestOf,
  envelopeDigest,
  type ExecuteRequest,
  type Plan,
  type Predicate,
  type Severity,
} from '@duovir/protocol';
import type { RunnerErrorCode } from '@duovir/runner';
import { chain, permitted, type Deviation } from '../permit/chain.ts';
import { carried } from '../permit/carried.ts';
import { besiege, forging, type Siege } from './siege.ts';

let siege: Siege;
beforeAll(async () => {
  siege = await besiege((policy) => ({
    ...policy,
    quorum: {
      ...policy.quorum,
      R2: { ...policy.quorum.R1!, reviewers: 3, people: 1 },
      R3: { ...policy.quorum.R1!, adversary: true, people: 0, groups: 2 },
    },
    principals: policy.principals.map((principal) =>
      principal.name === 'reviewer-twin' ? { ...principal, mandate: 'adversary' } : principal,
    ),
  }));
});
afterAll(() => siege.end());

const onVictim = (deviation: Deviation = {}): Deviation => ({ run: siege.victim, step: 'mark', ...deviation });
const attack = (deviation: Deviation = {}): Promise<ExecuteRequest> => chain(siege, onVictim(deviation));
const forged = (names: readonly string[], deviation: Deviation = {}): Promise<ExecuteRequest> =>
  chain(forging(siege, ...names), onVictim(deviation));

const all = ['reviewer-security', 'reviewer-reliability', 'reviewer-twin'];
const inEnvironment =
  (environment: Plan['environment']) =>
  (plan: Plan): Plan => ({ ...plan, environment });
const found = (severity: Severity): Predicate<'opinion'>['findings'] => [
  { id: 'f-1', rule: 'security.exposure', severity, step: null, evidenced: true },
];
type Opinion = Predicate<'opinion'>;
const saying =
  (who: string, says: Partial<Opinion>) =>
  (opinion: Opinion, name: string): Opinion =>
    name === who ? { ...opinion, ...says } : opinion;
const inRound2 = (opinion: Opinion): Opinion => ({ ...opinion, round: 2, phase: 'second' });

/** The votes of everybody, without those the server would rather not show: its verdict counts what is left. */
async function withheld(deviation: Deviation, hides: (request: ExecuteRequest) => number[]): Promise<ExecuteRequest> {
  const whole = await attack(deviation);
  const hidden = hides(whole);
  const opinions = whole.opinions.filter((_, position) => !hidden.includes(position));
  const digests = opinions.map(envelopeDigest);
  const grounds = await carried(siege, {
    ...onVictim(deviation),
    verdict: (verdict) => ({ ...verdict, opinions: digests }),
  });
  return permitted(siege, { ...grounds, opinions }, onVictim(deviation));
}

const attacks: readonly (readonly [string, RunnerErrorCode, () => Promise<ExecuteRequest>])[] = [
  ['Invariant 1: a plan that the server has invented', 'plan-forged', () => forged(['planner'])],
  ['Invariant 1: a plan that the server proposes itself', 'plan-forged', () => attack({ planner: 'server' })],
  [
    'Invariant 4: a plan changed after it was proposed and voted on',
    'plan-forged',
    async () => {
      const request = await attack();
      const steps = request.plan.steps.map((step) => ({ ...step, timeoutMs: step.timeoutMs + 1 }));
      return { ...request, plan: { ...request.plan, steps } };
    },
  ],
  [
    'Invariant 1: opinions that the server has invented',
    'opinion-forged',
    () => forged(['reviewer-security', 'reviewer-reliability']),
  ],
  ['Invariant 1: one invented opinion beside a real one', 'opinion-forged', () => forged(['reviewer-reliability'])],
  [
    'Invariant 1: an opinion of the server itself',
    'opinion-forged',
    () => attack({ reviewers: ['reviewer-security', 'server'] }),
  ],
  ['Invariant 1: no opinion at all', 'below-quorum', () => attack({ reviewers: [] })],
  [
    'Invariant 1: opinions on a harmless plan under another one',
    'opinion-foreign',
    () => attack({ subjects: { opinion: digestOf('a harmless plan') } }),
  ],
  [
    'Invariant 4: the evidence exchanged under the opinions',
    'opinion-foreign',
    () => attack({ motion: (motion) => ({ ...motion, evidence: digestOf('what nobody was shown') }) }),
  ],
  [
    'Invariant 4: one reviewer shown other evidence than the other',
    'opinion-foreign',
    () => attack({ opinion: saying('reviewer-reliability', { evidence: digestOf('a friendlier story') }) }),
  ],
  [
    'Invariant 1: opinions of two rounds put together',
    'opinion-foreign',
    () => attack({ opinion: saying('reviewer-reliability', { round: 3 }) }),
  ],
  [
    'Invariant 2: one reviewer twice in one vote',
    'opinion-duplicate',
    () => attack({ reviewers: ['reviewer-security', 'reviewer-security'] }),
  ],
  [
    'Invariant 1: a rejecting opinion left out where the rule wants all',
    'below-quorum',
    () =>
      withheld(
        {
          plan: inEnvironment('staging'),
          people: ['bob'],
          reviewers: ['reviewer-security', 'reviewer-reliability'],
          opinion: saying('reviewer-reliability', { verdict: 'reject', findings: found('high') }),
        },
        () => [1],
      ),
  ],
  [
    'Invariant 1: a rejecting opinion left out that the verdict counts',
    'opinion-missing',
    async () => {
      const request = await attack({
        reviewers: all,
        opinion: saying('reviewer-twin', { verdict: 'reject', findings: found('high') }),
      });
      return { ...request, opinions: request.opinions.slice(0, 2) };
    },
  ],
  [
    'Invariant 1: the adversary left out where the rule wants one',
    'below-quorum',
    () => attack({ plan: inEnvironment('production') }),
  ],
  [
    'Invariant 1: the adversary counted as an approval',
    'below-quorum',
    () => attack({ plan: inEnvironment('production'), reviewers: ['reviewer-security', 'reviewer-twin'] }),
  ],
  [
    'Invariant 3: a verdict that says carried where a reviewer has rejected with a grave finding',
    'finding-open',
    () => attack({ opinion: saying('reviewer-reliability', { verdict: 'reject', findings: found('high') }) }),
  ],
  [
    'Invariant 3: a verdict that says carried over an evidenced critical finding',
    'finding-open',
    () => attack({ reviewers: all, opinion: saying('reviewer-twin', { findings: found('critical') }) }),
  ],
  [
    'Invariant 1: a verdict that says carried where the reviewers disagree',
    'opinion-missing',
    () => attack({ opinion: saying('reviewer-reliability', { verdict: 'reject' }) }),
  ],
  [
    'Invariant 8: an exhausted budget turned into an approval',
    'budget-exhausted',
    () => attack({ reviewers: all, opinion: saying('reviewer-twin', { verdict: 'abstain', abstention: 'budget' }) }),
  ],
  [
    'Invariant 1: a second vote without a blind one',
    'opinion-not-blind',
    () => withheld({ seconds: ['reviewer-security', 'reviewer-reliability'], second: inRound2 }, () => [0, 1]),
  ],
  [
    'Invariant 1: a rejection in the blind vote left out, and the second vote shown',
    'opinion-not-blind',
    () =>
      withheld(
        {
          opinion: saying('reviewer-reliability', { verdict: 'reject', findings: found('high') }),
          seconds: ['reviewer-reliability'],
          second: inRound2,
        },
        () => [1],
      ),
  ],
  [
    'Invariant 1: a first opinion that was given after the second one',
    'opinion-not-blind',
    () =>
      attack({
        opinion: (opinion) => ({ ...opinion, round: 2 }),
        seconds: ['reviewer-security'],
        second: (opinion) => ({ ...inRound2(opinion), round: 1 }),
      }),
  ],
  [
    'Invariant 1: a verdict changed without a cause',
    'finding-open',
    () =>
      attack({
        opinion: saying('reviewer-reliability', { verdict: 'reject', findings: found('high') }),
        seconds: ['reviewer-reliability'],
        second: (opinion) => ({ ...inRound2(opinion), changedFrom: 'reject', because: [] }),
      }),
  ],
  [
    'Invariant 6: a verdict that was referred, sent as it is',
    'verdict-missing',
    () => attack({ verdict: (verdict) => ({ ...verdict, verdict: 'referred' }) }),
  ],
  ['Invariant 1: a verdict by somebody else', 'motion-forged', () => attack({ tally: 'planner' })],
  [
    'Invariant 6: a class stated lower than it is',
    'risk-class-differs',
    () =>
      attack({
        plan: inEnvironment('production'),
        motion: (motion) => ({ ...motion, riskClass: 'R1' }),
        verdict: (verdict) => ({ ...verdict, riskClass: 'R1' }),
      }),
  ],
  [
    'Invariant 3: a checker left out, though everybody else approves',
    'check-denied',
    () => attack({ plan: (plan) => ({ ...plan, steps: plan.steps.map((step) => ({ ...step, verify: [] })) }) }),
  ],
  [
    'Invariant 3: a plan that its own policy floor forbids, though everybody approves',
    'risk-class-forbidden',
    () =>
      attack({
        plan: (plan) => ({
          ...plan,
          steps: plan.steps.map((step) =>
            step.id === 'mark' && step.call.action === 'file.write@1'
              ? { ...step, call: { ...step.call, with: { ...step.call.with, path: '/etc/shadow' } } }
              : step,
          ),
        }),
      }),
  ],
];

test.each(attacks)('%s: %s', async (_, code, request) => {
  await siege.refused(await request(), code);
});

test('what was really carried in two votes is done, by the same server', async () => {
  const medium = saying('reviewer-reliability', { verdict: 'reject', findings: found('medium') });
  const request = await attack({
    opinion: medium,
    seconds: ['reviewer-security', 'reviewer-reliability'],
    second: (opinion, name) => ({
      ...inRound2(opinion),
      ...(name === 'reviewer-reliability' ? { changedFrom: 'reject', because: ['f-00000001'] } : {}),
    }),
  });
  expect(await siege.execute(request)).toMatchObject({ kind: 'receipt' });
});
