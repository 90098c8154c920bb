import { describe, expect, test } from 'vitest';
import {
  adversary,
  approval,
  ballot,
  finding,
  opinion,
  other,
  reliability,
  security,
  smallPolicy,
} from './ballot.fixture.ts';
import type { CountedOpinion } from './standing-opinion.ts';
import { needsDebate, tally, type Ballot, type TallyReason } from './tally.ts';

const { R1, R2, R3 } = smallPolicy.quorum as Required<typeof smallPolicy.quorum>;
const highClass = { riskClass: 'R3', opinions: [security, other, adversary] } as const;
const rejecting = (name: string, ...severities: Parameters<typeof finding>[0][]): CountedOpinion =>
  opinion(name, 'reject', { findings: severities.map(finding) });

test('Invariant 2: what rules say in the name of a model is no second voice', () => {
  const brain = { kind: 'model', model: 'gpt', consult: 'when-unsure' } as const;
  const principals = smallPolicy.principals.map((principal) =>
    principal.name === security.principal ? { ...principal, group: 'openai-gpt', brain } : principal,
  );
  const policy = { ...smallPolicy, principals };
  const thought = (kind: CountedOpinion['brain']) => [{ ...security, brain: kind }, reliability];
  expect(tally(ballot({ policy, opinions: thought('model') })).verdict).toBe('carried');
  expect(tally(ballot({ policy, opinions: thought('playbook') }))).toMatchObject({
    reason: 'verdict.below-quorum',
    counted: { reviewers: 1, approvals: 1 },
  });
});

describe('reviewers', () => {
  test.each<[string, TallyReason, Partial<Ballot>]>([
    ['two approve a small motion', 'verdict.quorum-met', {}],
    [
      'a medium finding does not block who approves',
      'verdict.quorum-met',
      { opinions: [opinion('reviewer-security', 'approve', { findings: [finding('medium')] }), reliability] },
    ],
    ['one of two is missing', 'verdict.below-quorum', { opinions: [security] }],
    ['one opinion counts once', 'verdict.below-quorum', { opinions: [security, security] }],
    [
      'an abstention is silence',
      'verdict.below-quorum',
      { opinions: [security, opinion('reviewer-reliability', 'abstain', { abstention: 'nothing-known' })] },
    ],
    [
      'who says two things has not approved',
      'verdict.below-quorum',
      { opinions: [security, reliability, opinion('reviewer-security', 'abstain')] },
    ],
    [
      'one who speaks twice is one voice of the quorum',
      'verdict.below-quorum',
      { rule: { ...R1, approvals: 1 }, opinions: [security, security] },
    ],
    ['the proposer approves itself', 'verdict.below-quorum', { proposer: 'reviewer-security' }],
    ['the requester approves as a reviewer', 'verdict.below-quorum', { requester: 'reviewer-security' }],
    [
      'somebody who is not enrolled approves',
      'verdict.below-quorum',
      { opinions: [security, opinion('mallory', 'approve')] },
    ],
    ['a split', 'verdict.split', { opinions: [security, reliability, rejecting('reviewer-other', 'medium')] }],
    [
      'a person settles a split',
      'verdict.quorum-met',
      { opinions: [security, reliability, rejecting('reviewer-other', 'low')], approvals: [approval('boris')] },
    ],
    [
      'an approval with a finding of high severity',
      'verdict.open-finding',
      { opinions: [security, reliability, opinion('reviewer-other', 'approve', { findings: [finding('high')] })] },
    ],
    ['rules by one author are one group', 'verdict.groups-needed', { riskClass: 'R2' }],
    ['another group completes the quorum', 'verdict.quorum-met', { riskClass: 'R2', opinions: [security, other] }],
    ['a person is a group', 'verdict.quorum-met', { riskClass: 'R2', approvals: [approval('boris')] }],
    ['a forbidden class', 'verdict.forbidden', { riskClass: 'R4', rule: R1 }],
    ['a class without a rule', 'verdict.no-rule', { rule: undefined }],
    ['a read-only class needs nobody', 'verdict.quorum-met', { riskClass: 'R0', opinions: [] }],
  ])('%s: %s', (_, reason, rest) => {
    expect(tally(ballot(rest)).reason).toBe(reason);
  });
});

describe('below quorum', () => {
  test('a person stands in for each voice that is missing', () => {
    const silent = ballot({ opinions: [] });
    expect(tally(silent)).toMatchObject({ verdict: 'referred', peopleNeeded: 2 });
    expect(tally({ ...silent, approvals: [approval('boris')] }).verdict).toBe('referred');
    expect(tally({ ...silent, approvals: [approval('boris'), approval('vera')] }).verdict).toBe('carried');
  });

  test('stand-ins come on top of the people that the rule wants', () => {
    const opinions = [security, adversary];
    expect(tally(ballot({ ...highClass, opinions })).peopleNeeded).toBe(2);
    const alone = ballot({ ...highClass, opinions, approvals: [approval('boris')] });
    expect(tally(alone).reason).toBe('verdict.below-quorum');
    expect(tally({ ...alone, approvals: [approval('boris'), approval('vera')] }).verdict).toBe('carried');
  });

  test('nobody stands in for a reviewer that has rejected', () => {
    const people = [approval('boris'), approval('vera')];
    const opinions = [security, rejecting('reviewer-reliability', 'low')];
    expect(tally(ballot({ opinions, approvals: people })).reason).toBe('verdict.quorum-unmet');
    const one = { ...R1, reviewers: 3, approvals: 3 };
    expect(tally(ballot({ rule: one, opinions, approvals: people })).reason).toBe('verdict.quorum-unmet');
  });

  test('to reject costs no fewer people than to be silent', () => {
    const rule = { ...R1, reviewers: 3, people: 1 };
    const silent = ballot({ rule });
    const against = ballot({ rule, opinions: [security, reliability, rejecting('reviewer-other', 'low')] });
    expect(tally(against).peopleNeeded).toBe(tally(silent).peopleNeeded);
  });
});

describe('the adversary', () => {
  const people = [approval('boris')];

  test('has to have looked', () => {
    expect(tally(ballot({ ...highClass, approvals: people })).verdict).toBe('carried');
    expect(tally(ballot({ ...highClass, opinions: [security, other], approvals: people }))).toMatchObject({
      reason: 'verdict.below-quorum',
      peopleNeeded: 2,
    });
  });

  test.each(['nothing-known', 'not-allowed', 'no-answer', null] as const)(
    'has not looked when it abstains: %s',
    (abstention) => {
      const opinions = [security, other, { ...adversary, abstention }];
      expect(tally(ballot({ ...highClass, opinions, approvals: people })).reason).toBe('verdict.below-quorum');
    },
  );

  test('never approves, and is no voice of the quorum', () => {
    const approving = opinion('reviewer-adversary', 'approve');
    expect(tally(ballot({ opinions: [security, approving] })).counted).toMatchObject({ reviewers: 1, approvals: 1 });
    expect(tally(ballot({ opinions: [security, approving] })).verdict).toBe('referred');
  });

  test('is heard when it finds something', () => {
    const found = (...opinions: CountedOpinion[]) =>
      tally(ballot({ ...highClass, opinions, approvals: people })).reason;
    expect(found(security, other, rejecting('reviewer-adversary', 'critical'))).toBe('verdict.critical-finding');
    expect(found(security, other, rejecting('reviewer-adversary', 'high'))).toBe('verdict.quorum-met');
    expect(
      tally(ballot({ ...highClass, opinions: [security, other, rejecting('reviewer-adversary', 'high')] })).reason,
    ).toBe('verdict.open-finding');
  });
});

describe('people', () => {
  test.each<[string, TallyReason, Partial<Ballot>]>([
    ['a high class asks one', 'verdict.people-needed', {}],
    ['who approves carries it', 'verdict.quorum-met', { approvals: [approval('boris')] }],
    ['the requester is not that person', 'verdict.people-needed', { approvals: [approval('ana')] }],
    ['a reviewer is no person', 'verdict.people-needed', { approvals: [approval('reviewer-other')] }],
    ['nobody knows who approves', 'verdict.people-needed', { approvals: [approval('mallory')] }],
    [
      'one who approves twice is one',
      'verdict.people-needed',
      { rule: { ...R3, people: 2 }, approvals: [approval('boris'), approval('boris')] },
    ],
    ['cardholder data wants two', 'verdict.people-needed', { dataClass: 'cardholder', approvals: [approval('boris')] }],
    [
      'two for cardholder data',
      'verdict.quorum-met',
      { dataClass: 'cardholder', approvals: [approval('boris'), approval('vera')] },
    ],
    ['one rejects', 'verdict.person-rejected', { approvals: [approval('boris'), approval('vera', 'reject')] }],
    [
      'the requester may reject',
      'verdict.person-rejected',
      { approvals: [approval('boris'), approval('ana', 'reject')] },
    ],
  ])('%s: %s', (_, reason, rest) => {
    expect(tally(ballot({ ...highClass, ...rest })).reason).toBe(reason);
  });

  test('cardholder data never lowers the number', () => {
    const rule = { ...R3, people: 2, cardholderPeople: 1 };
    expect(tally(ballot({ ...highClass, rule, dataClass: 'cardholder' })).peopleNeeded).toBe(2);
  });
});

describe('Invariant 3: no majority outvotes', () => {
  const people = [approval('boris'), approval('vera')];
  test.each<[string, TallyReason, Partial<Ballot>]>([
    [
      'a critical finding with evidence, even of who approves',
      'verdict.critical-finding',
      { opinions: [security, reliability, opinion('reviewer-other', 'approve', { findings: [finding('critical')] })] },
    ],
    [
      'one of its own proposer',
      'verdict.critical-finding',
      { proposer: 'reviewer-other', opinions: [security, reliability, rejecting('reviewer-other', 'critical')] },
    ],
    [
      'a rejection with a finding of the severity that the rule names',
      'verdict.rejected-finding',
      { opinions: [security, reliability, rejecting('reviewer-other', 'high')] },
    ],
    [
      'an exhausted budget',
      'verdict.budget-exhausted',
      { opinions: [security, reliability, opinion('reviewer-other', 'abstain', { abstention: 'budget' })] },
    ],
    [
      'a budget that is exhausted in the second vote',
      'verdict.budget-exhausted',
      {
        opinions: [
          security,
          reliability,
          opinion('reviewer-security', 'abstain', { phase: 'second', abstention: 'budget' }),
        ],
      },
    ],
  ])('%s: %s', (_, reason, rest) => {
    expect(tally(ballot({ ...rest, approvals: people, brokenBy: ['boris', 'vera'] })).reason).toBe(reason);
  });

  test('a critical finding without evidence is an open one', () => {
    const claimed = { ...finding('critical'), evidenced: false };
    const opinions = [security, reliability, opinion('reviewer-other', 'approve', { findings: [claimed] })];
    expect(tally(ballot({ opinions })).reason).toBe('verdict.open-finding');
    const against = [security, reliability, opinion('reviewer-other', 'reject', { findings: [claimed] })];
    expect(tally(ballot({ opinions: against })).reason).toBe('verdict.rejected-finding');
  });

  test('where only what is critical is a veto, a rejection with a high finding goes to people', () => {
    const opinions = [security, reliability, rejecting('reviewer-other', 'high')];
    expect(tally(ballot({ rule: { ...R2, veto: 'critical' }, riskClass: 'R2', opinions })).verdict).toBe('referred');
  });
});

describe('break-glass', () => {
  const people = [approval('boris'), approval('vera')];
  const broken = ballot({ opinions: [], approvals: people, brokenBy: ['boris', 'vera'] });

  test('two people carry what the reviewers have not answered', () => {
    expect(tally(broken)).toMatchObject({ verdict: 'carried', reason: 'verdict.glass-broken' });
    expect(tally({ ...broken, opinions: [security, rejecting('reviewer-reliability', 'low')] }).verdict).toBe(
      'carried',
    );
  });

  test.each<[string, Partial<Ballot>]>([
    ['one of them has not approved', { approvals: [approval('boris')] }],
    ['one of them has not broken it', { brokenBy: ['boris'] }],
    ['others have broken it', { brokenBy: ['boris', 'ana'] }],
    ['one of them is the requester', { requester: 'vera' }],
    ['the policy knows none', { policy: { ...smallPolicy, breakGlass: null } }],
  ])('not when %s', (_, rest) => {
    expect(tally({ ...broken, rule: { ...R1, people: 3 }, ...rest }).verdict).toBe('referred');
  });

  test('not for a class it was not agreed for', () => {
    const rest = { riskClass: 'R2', rule: { ...R2, people: 3 } } as const;
    expect(tally({ ...broken, ...rest }).verdict).toBe('referred');
  });

  test('takes the place of reviewers, not of people', () => {
    const rule = { ...R3, cardholderPeople: 3 };
    const scoped = { ...broken, riskClass: 'R3', rule, dataClass: 'cardholder', opinions: [] } as const;
    expect(tally(scoped).verdict).toBe('referred');
  });
});

test('what is unanimous and harmless is not debated', () => {
  const mild = opinion('reviewer-security', 'approve', { findings: [finding('low')] });
  expect(needsDebate(R1, [security, reliability])).toBe(false);
  expect(needsDebate(R1, [mild, reliability])).toBe(false);
  expect(needsDebate(R3, [mild, reliability])).toBe(true);
  expect(needsDebate(R1, [opinion('reviewer-security', 'approve', { findings: [finding('medium')] })])).toBe(true);
  expect(needsDebate(R1, [mild, opinion('reviewer-other', 'reject')])).toBe(true);
  expect(needsDebate(undefined, [rejecting('reviewer-other', 'high')])).toBe(false);
});
