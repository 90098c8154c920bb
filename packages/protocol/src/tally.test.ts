import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Severity } from '@duovir/protocol';
import { soundPolicy } from '../fixtures/plan.ts';
import { tally, type Ballot, type CountedApproval, type CountedOpinion } from './tally.ts';

const finding = (severity: Severity) => ({ id: 'f-1', rule: 'security.example', severity, step: null });
const opinion = (principal: string, verdict: CountedOpinion['verdict'], ...severities: Severity[]): CountedOpinion => ({
  principal,
  verdict,
  brain: 'playbook',
  findings: severities.map(finding),
});
const security = opinion('reviewer-security', 'approve');
const reliability = opinion('reviewer-reliability', 'approve');
const other = opinion('reviewer-other', 'approve');
const approval = (person: string, verdict: CountedApproval['verdict'] = 'approve'): CountedApproval => ({
  person,
  verdict,
});

function ballot(rest: Partial<Ballot>): Ballot {
  const riskClass = rest.riskClass ?? 'R1';
  return {
    rule: riskClass === 'R4' ? undefined : soundPolicy.quorum[riskClass],
    riskClass,
    opinions: [security, reliability],
    approvals: [],
    proposer: 'planner',
    requester: 'ana',
    policy: soundPolicy,
    ...rest,
  };
}

test('Invariant 2: what rules say in the name of a model is no second voice', () => {
  const brain = { kind: 'model', model: 'gpt', consult: 'when-unsure' } as const;
  const principals = soundPolicy.principals.map((principal) =>
    principal.name === security.principal ? { ...principal, group: 'openai-gpt', brain } : principal,
  );
  const policy = { ...soundPolicy, principals };
  const thought = (kind: CountedOpinion['brain']) => [{ ...security, brain: kind }, reliability];
  expect(tally(ballot({ policy, opinions: thought('model') })).verdict).toBe('carried');
  expect(tally(ballot({ policy, opinions: thought('playbook') })).reason).toBe('verdict.quorum-unmet');
});

test.each<[string, string, Partial<Ballot>]>([
  ['two reviewers approve a small motion', 'carried', {}],
  [
    'low and medium findings do not block who approves',
    'carried',
    { opinions: [opinion('reviewer-security', 'approve', 'medium'), reliability] },
  ],
  ['one opinion is missing', 'rejected', { opinions: [security] }],
  ['one opinion counts once', 'rejected', { opinions: [security, security] }],
  ['an abstention is no approval', 'rejected', { opinions: [security, opinion('reviewer-reliability', 'abstain')] }],
  [
    'who says two things has not approved',
    'rejected',
    { opinions: [security, reliability, opinion('reviewer-security', 'abstain')] },
  ],
  [
    'a critical finding blocks even if its finder approves',
    'rejected',
    { opinions: [security, reliability, opinion('reviewer-other', 'approve', 'critical')] },
  ],
  [
    'a rejection with a high finding blocks',
    'rejected',
    { opinions: [security, reliability, opinion('reviewer-other', 'reject', 'high')] },
  ],
  [
    'a split goes to people',
    'referred',
    { opinions: [security, reliability, opinion('reviewer-other', 'reject', 'medium')] },
  ],
  [
    'a person settles a split',
    'carried',
    {
      opinions: [security, reliability, opinion('reviewer-other', 'reject', 'medium')],
      approvals: [approval('boris')],
    },
  ],
  ['rules by one author are one group', 'referred', { riskClass: 'R2' }],
  ['another group completes the quorum', 'carried', { riskClass: 'R2', opinions: [security, reliability, other] }],
  ['a person is a group', 'carried', { riskClass: 'R2', approvals: [approval('boris')] }],
  ['a high class asks a person', 'referred', { riskClass: 'R3', opinions: [security, reliability, other] }],
  ['the requester is not that person', 'referred', { riskClass: 'R3', approvals: [approval('ana')] }],
  [
    'one person approving twice is one',
    'referred',
    {
      rule: { ...soundPolicy.quorum.R3, people: 2 },
      riskClass: 'R3',
      approvals: [approval('boris'), approval('boris')],
    },
  ],
  ['a person rejects', 'rejected', { riskClass: 'R3', approvals: [approval('boris'), approval('vera', 'reject')] }],
  ['somebody unknown approves', 'referred', { riskClass: 'R3', approvals: [approval('mallory')] }],
  ['the proposer approves itself', 'rejected', { proposer: 'reviewer-security' }],
  ['reviewers do not stand in for people', 'referred', { riskClass: 'R3', approvals: [approval('reviewer-other')] }],
  ['a forbidden class', 'rejected', { riskClass: 'R4', rule: soundPolicy.quorum.R0 }],
  ['a class without a rule', 'rejected', { rule: undefined }],
  ['a read-only class needs nobody', 'carried', { riskClass: 'R0', opinions: [] }],
])('%s: %s', (_, verdict, rest) => {
  expect(tally(ballot(rest)).verdict).toBe(verdict);
});

describe('for any ballot', () => {
  const name = fc.constantFrom(
    'reviewer-security',
    'reviewer-reliability',
    'reviewer-other',
    'planner',
    'ana',
    'boris',
    'vera',
    'mallory',
  );
  const opinions = fc.array(
    fc
      .tuple(
        name,
        fc.constantFrom<CountedOpinion['verdict']>('approve', 'approve', 'approve', 'reject', 'abstain'),
        fc.array(fc.constantFrom<Severity>('info', 'low', 'medium', 'high', 'critical'), { maxLength: 2 }),
      )
      .map(([principal, verdict, severities]) => opinion(principal, verdict, ...severities)),
    { maxLength: 6 },
  );
  const approvals = fc.array(
    fc
      .tuple(name, fc.constantFrom<CountedApproval['verdict']>('approve', 'approve', 'reject'))
      .map((one) => approval(...one)),
    { maxLength: 4 },
  );
  const ballots = fc
    .record({
      riskClass: fc.constantFrom('R0', 'R1', 'R2', 'R3', 'R4'),
      opinions,
      approvals,
      proposer: name,
      requester: name,
    } as const)
    .map((parts) => ballot(parts));

  test('carried means quorum, groups, people, separation, and no open veto', () => {
    fc.assert(
      fc.property(ballots, (one) => {
        if (tally(one).verdict !== 'carried') return;
        const neutral = (who: string) => who !== one.proposer && who !== one.requester;
        const voices = new Set(
          one.opinions
            .filter((o) => o.verdict === 'approve' && o.principal.startsWith('reviewer-'))
            .map((o) => o.principal)
            .filter(neutral),
        );
        const people = new Set(
          one.approvals
            .filter((a) => a.verdict === 'approve' && ['ana', 'boris', 'vera'].includes(a.person))
            .map((a) => a.person)
            .filter(neutral),
        );
        const groups =
          (voices.has('reviewer-other') ? 1 : 0) +
          ([...voices].some((who) => who !== 'reviewer-other') ? 1 : 0) +
          people.size;
        expect(voices.size).toBeGreaterThanOrEqual(one.rule?.approvals ?? Infinity);
        expect(people.size).toBeGreaterThanOrEqual(one.rule?.people ?? Infinity);
        expect(groups).toBeGreaterThanOrEqual(one.rule?.groups ?? Infinity);
        expect(one.riskClass).not.toBe('R4');
        expect(
          one.opinions.some(
            (o) => o.principal.startsWith('reviewer-') && o.findings.some((f) => f.severity === 'critical'),
          ),
        ).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  test('the order of the voices does not matter', () => {
    fc.assert(
      fc.property(ballots, (one) => {
        const turned = { ...one, opinions: one.opinions.toReversed(), approvals: one.approvals.toReversed() };
        expect(tally(turned).verdict).toBe(tally(one).verdict);
      }),
      { numRuns: 1000 },
    );
  });

  test('taking an approval away, or adding a rejection, never carries', () => {
    fc.assert(
      fc.property(ballots, fc.nat(), name, (one, index, who) => {
        if (tally(one).verdict === 'carried') return;
        const fewer = one.opinions.filter(
          (o, at) => o.verdict !== 'approve' || at !== index % Math.max(1, one.opinions.length),
        );
        // The one thing that may disappear is a second voice of the same reviewer.
        const doubled = new Set(one.opinions.map((o) => o.principal)).size !== one.opinions.length;
        const vetoed = one.opinions.some((o) => o.findings.some((f) => f.severity === 'critical'));
        if (!doubled && !vetoed) expect(tally({ ...one, opinions: fewer }).verdict).not.toBe('carried');
        expect(tally({ ...one, opinions: [...one.opinions, opinion(who, 'reject', 'high')] }).verdict).not.toBe(
          'carried',
        );
        expect(tally({ ...one, approvals: [...one.approvals, approval(who, 'reject')] }).verdict).not.toBe('carried');
      }),
      { numRuns: 1000 },
    );
  });
});
