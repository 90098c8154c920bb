import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDenied } from '@duovir/policy';
import { tally, type CountedOpinion, type Severity } from '@duovir/protocol';
import { firstVote } from './first-vote.ts';
import { installation } from './installation.ts';

const severities: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];
const opinion = fc.record({
  principal: fc.constantFrom('reviewer-security', 'reviewer-reliability'),
  verdict: fc.constantFrom<CountedOpinion['verdict']>('approve', 'approve', 'reject', 'abstain'),
  severities: fc.subarray([...severities]),
});

test('Invariant 3, veto: no majority outvotes a critical finding, and people do not either', async () => {
  const { policy } = await installation();
  fc.assert(
    fc.property(
      fc.array(opinion, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('R0', 'R1', 'R2', 'R3'),
      (cast, riskClass) => {
        const opinions = cast.map(({ principal, verdict, severities: found }) => ({
          ...firstVote(principal, verdict),
          findings: found.map((severity) => ({
            id: 'f-1',
            rule: 'security.example',
            severity,
            step: null,
            evidenced: true,
          })),
        }));
        const { verdict } = tally({
          rule: policy.quorum[riskClass],
          riskClass,
          opinions,
          approvals: ['approver', 'deputy'].map((person) => ({ person, verdict: 'approve' as const })),
          proposer: 'planner',
          requester: 'operator',
          dataClass: 'internal',
          brokenBy: ['approver', 'deputy'],
          policy,
        });
        const isVetoed = cast.some(({ severities: found }) => found.includes('critical'));
        return !isVetoed || verdict !== 'carried';
      },
    ),
  );
});

test('Invariant 3, veto: a checker denies with the first high finding', () => {
  expect(severities.map((severity) => isDenied([{ severity }]))).toEqual([false, false, false, true, true]);
});
