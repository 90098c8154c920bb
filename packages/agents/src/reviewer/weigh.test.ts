import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atPointer, reaches } from '@duovir/policy';
import { digestOf, type Evidence } from '@duovir/protocol';
import { reviewAnswerSchema, type ReviewAnswer } from './model-answer.ts';
import { evidenceFor, healOf, planFrom } from './motion.fixture.ts';
import { weigh } from './weigh.ts';

const plan = planFrom('postgres', 'cluster');
const evidence = evidenceFor(plan);
type Claimed = ReviewAnswer['findings'][number];

const claimed = (changes: Partial<Claimed> = {}): Claimed => ({
  step: 'access-rules',
  category: 'access',
  severity: 'high',
  claim: 'Everybody is believed.',
  evidence: ['/steps/2/call/with/content'],
  suggestion: '',
  check: { is: 'none', at: '', text: '' },
  ...changes,
});
const answer = (verdict: ReviewAnswer['verdict'], ...findings: Claimed[]): ReviewAnswer => ({
  verdict,
  findings,
  rationale: 'Because.',
});
const weighed = (given: ReviewAnswer, shown: Evidence = evidence) =>
  weigh(given, { plan, evidence: shown }, 'security');

test('a finding on a step that exists, with a place that exists, counts as it is', () => {
  const { verdict, detail } = weighed(answer('reject', claimed()));
  expect(verdict).toBe('reject');
  expect(detail.findings).toMatchObject([
    { rule: 'model.access', severity: 'high', step: 'access-rules', evidence: ['/steps/2/call/with/content'] },
  ]);
});

test.each([
  ['an unknown step', claimed({ step: 'nowhere' })],
  ['places that do not exist', claimed({ evidence: ['/steps/99', '/steps/2/call/with/colour', 'trust me'] })],
])('a finding with %s is dropped and counted, and rejects nothing alone', (_, finding) => {
  const { verdict, detail } = weighed(answer('reject', finding));
  expect(detail.findings).toEqual([]);
  expect(detail.rationale).toMatch(/1 of 1 findings dropped/);
  expect(verdict).toBe('abstain');
});

test('a critical finding without evidence is high, and still rejects', () => {
  const { verdict, detail } = weighed(answer('approve', claimed({ severity: 'critical', evidence: [] })));
  expect(detail.findings).toMatchObject([{ severity: 'high', evidence: [] }]);
  expect(verdict).toBe('reject');
});

test('a rejection that shows nothing of weight is an abstention', () => {
  expect(weighed(answer('reject', claimed({ severity: 'low' }))).verdict).toBe('abstain');
  expect(weighed(answer('reject')).verdict).toBe('abstain');
});

test('what the attestor saw and what checkers found can be cited', () => {
  const heal = healOf(plan, 'primary', 5432);
  const checks = [{ id: 'check-x-1', rule: 'check.x', severity: 'low' as const, step: null, claim: 'x', evidence: [] }];
  const cited = [digestOf(heal.observation), 'check-x-1', 'check-x-2'];
  const { detail } = weighed(answer('reject', claimed({ evidence: cited })), { ...evidence, heal, checks });
  expect(detail.findings[0]?.evidence).toEqual(cited.slice(0, 2));
});

const place = fc.oneof(
  fc.constantFrom(
    '/steps/2',
    '/steps/5/call/with/argv/0',
    '/goal/statement',
    '/steps/99',
    '',
    '/',
    'steps',
    '/__proto__',
  ),
  fc.string({ maxLength: 40 }),
);
const anyFinding = fc.record({
  step: fc.constantFrom('', 'primary', 'access-rules', 'nowhere', '__proto__', 'sandbox'),
  category: fc.constantFrom(...reviewAnswerSchema.shape.findings.element.shape.category.options),
  severity: fc.constantFrom('info', 'low', 'medium', 'high', 'critical'),
  claim: fc.string({ maxLength: 60 }),
  evidence: fc.array(place, { maxLength: 4 }),
  suggestion: fc.string({ maxLength: 20 }),
  check: fc.record({
    is: fc.constantFrom('none', 'absent', 'equal', 'containing', 'listening', 'existing'),
    at: place,
    text: fc.string({ maxLength: 20 }),
  }),
}) as fc.Arbitrary<Claimed>;
const anyAnswer = fc.record({
  verdict: fc.constantFrom('approve', 'reject', 'abstain'),
  findings: fc.array(anyFinding, { maxLength: 12 }),
  rationale: fc.string({ maxLength: 100 }),
}) as fc.Arbitrary<ReviewAnswer>;

test('whatever a model says, findings point to what is there and the verdict follows from them', () => {
  fc.assert(
    fc.property(anyAnswer, (given) => {
      const { verdict, detail } = weighed(given);
      for (const { step, evidence: cited, severity } of detail.findings) {
        expect(step === null || plan.steps.some(({ id }) => id === step)).toBe(true);
        for (const at of cited) expect(atPointer(plan, at)).toBeDefined();
        if (severity === 'critical') expect(cited.length).toBeGreaterThan(0);
      }
      if (verdict === 'approve') expect(reaches(detail.findings, 'high')).toBe(false);
      if (verdict === 'approve') expect(given.verdict).toBe('approve');
      if (verdict === 'reject') expect(reaches(detail.findings, 'medium')).toBe(true);
      expect(detail.rationale.length).toBeLessThanOrEqual(800);
    }),
  );
});
