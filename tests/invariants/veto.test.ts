import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDenied, tally, type CountedOpinion } from '@duovir/policy';
import type { Severity } from '@duovir/protocol';
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
          principal,
          verdict,
          brain: 'playbook' as const,
          findings: found.map((severity) => ({ id: 'f-1', rule: 'security.example', severity, step: null })),
        }));
        const { verdict } = tally({
          rule: policy.quorum[riskClass],
          riskClass,
          opinions,
          approvals: [{ person: 'approver', verdict: 'approve' }],
          proposer: 'planner',
          requester: 'operator',
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
