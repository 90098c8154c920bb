import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ADVERSARY,
  tally,
  type Ballot,
  type CountedOpinion,
  type Principal,
  type QuorumRule,
  type TrustPolicy,
} from '@duovir/protocol';
import { accountableClasses as classes, type AccountableClass } from './accountable-class.ts';
import { checkTrustPolicy } from './check-trust-policy.ts';
import { enrolled, soundPolicy } from './installation.fixture.ts';

const small = fc.nat({ max: 3 });
const field = fc.oneof(
  ...(['reviewers', 'approvals', 'groups', 'people', 'cardholderPeople'] as const).map((name) =>
    small.map((value): Partial<QuorumRule> => ({ [name]: value })),
  ),
  fc.boolean().map((adversary): Partial<QuorumRule> => ({ adversary })),
  fc.constantFrom('high' as const, 'critical' as const).map((veto): Partial<QuorumRule> => ({ veto })),
);
const reviewers = fc
  .array(
    fc.record({ group: fc.constantFrom('a', 'b', 'c'), mandate: fc.constantFrom('security', 'cost', ADVERSARY) }),
    {
      minLength: 3,
      maxLength: 6,
    },
  )
  .map((drawn) => drawn.map((more, at) => enrolled(`reviewer-${at}`, 'reviewer', more)));
const people = fc
  .integer({ min: 2, max: 5 })
  .map((count) =>
    Array.from({ length: count }, (__, at) => enrolled(`person-${at}`, 'person', { roles: ['operator'] })),
  );
const tweaks = fc.array(fc.tuple(fc.constantFrom(...classes), field), { maxLength: 4 });
const policies = fc.tuple(reviewers, people, tweaks).map(([drawn, humans, changes]): TrustPolicy => {
  const quorum = structuredClone(soundPolicy.quorum);
  for (const [riskClass, change] of changes) Object.assign(quorum[riskClass] ?? {}, change);
  const others = soundPolicy.principals.filter(({ role }) => role !== 'reviewer' && role !== 'person');
  return { ...soundPolicy, principals: [...others, ...drawn, ...humans], quorum };
});
const opinions = fc.array(
  fc.record({
    voice: fc.nat({ max: 5 }),
    phase: fc.constantFrom('blind' as const, 'second' as const),
    verdict: fc.constantFrom('approve' as const, 'reject' as const, 'abstain' as const),
    because: fc.constantFrom<string[]>([], ['f-00000000']),
    brain: fc.constantFrom('playbook' as const, 'model' as const),
  }),
  { maxLength: 12 },
);

const ofRole = ({ principals }: TrustPolicy, role: Principal['role']): Principal[] =>
  principals.filter((principal) => principal.role === role);
const said = (principal: Principal, verdict: CountedOpinion['verdict']): CountedOpinion => ({
  principal: principal.name,
  phase: 'blind',
  verdict,
  findings: [],
  abstention: verdict === 'abstain' ? 'nothing-found' : null,
  because: [],
  brain: 'playbook',
});

test('a policy without errors can carry every class for everybody, and from R2 on nothing for one group or person', () => {
  let sound = 0;
  fc.assert(
    fc.property(policies, opinions, fc.constantFrom('internal', 'cardholder'), (policy, drawn, dataClass) => {
      if (checkTrustPolicy(policy).some(({ level }) => level === 'error')) return;
      sound += 1;
      const ballot = (riskClass: AccountableClass, more: Partial<Ballot>): Ballot => ({
        rule: policy.quorum[riskClass],
        riskClass,
        dataClass,
        policy,
        brokenBy: [],
        opinions: [],
        approvals: [],
        proposer: 'planner',
        requester: 'person-0',
        ...more,
      });
      const all = ofRole(policy, 'reviewer');
      const approvals = ofRole(policy, 'person').map(({ name }) => ({ person: name, verdict: 'approve' as const }));
      for (const riskClass of classes) {
        const complete = all.map((one) => said(one, one.mandate === ADVERSARY ? 'abstain' : 'approve'));
        for (const requester of approvals.map(({ person }) => person))
          expect(tally(ballot(riskClass, { opinions: complete, approvals, requester })).verdict).toBe('carried');
      }
      for (const riskClass of ['R2', 'R3'] as const) {
        for (const group of ['a', 'b', 'c']) {
          const own = all.filter((one) => one.group === group);
          const voices = drawn.flatMap(({ voice, ...opinion }): CountedOpinion[] => {
            const speaker = own[voice % Math.max(own.length, 1)];
            return speaker ? [{ ...said(speaker, opinion.verdict), ...opinion }] : [];
          });
          for (const heard of [voices, own.map((one) => said(one, 'approve'))])
            expect(tally(ballot(riskClass, { opinions: heard })).verdict).not.toBe('carried');
        }
        expect(tally(ballot(riskClass, { approvals: approvals.slice(1, 2) })).verdict).not.toBe('carried');
      }
    }),
    { numRuns: 600 },
  );
  // Otherwise nothing would have been shown.
  expect(sound).toBeGreaterThan(50);
});
