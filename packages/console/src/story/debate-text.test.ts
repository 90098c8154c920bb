import { expect, test } from 'vitest';
import { eventText } from './event-text.ts';
import { eventOf, MOTION } from './event.fixture.ts';

const finding = {
  id: 'f-0000001',
  rule: 'net.open',
  severity: 'medium',
  step: 'node-1',
  claim: 'It is open.',
  evidence: [],
} as const;

test('an answer is told beside what it answers to', () => {
  const said = eventText(
    eventOf('rebuttal-give', {
      motion: MOTION,
      proposer: 'planner',
      findings: [{ ...finding, evidence: [] }],
      answers: [{ finding: finding.id, kind: 'refute', claim: 'It listens on the loopback.', evidence: ['/steps/0'] }],
      entry: 7,
    }),
  );
  expect(said).toEqual({
    text: 'planner answers to 1 finding',
    tone: 'plain',
    details: ['refutes “It is open.”: It listens on the loopback.'],
  });
});

test.for([
  ['confirmed', 'bad'],
  ['disproved', 'good'],
  ['unknown', 'warn'],
] as const)('a finding that is %s is %s news', ([outcome, tone]) => {
  const check = { id: 'c-0000001', finding: finding.id, outcome, summary: 'Looked at.' };
  expect(eventText(eventOf('finding-check', { motion: MOTION, check, entry: 8 }))?.tone).toBe(tone);
});

test('a changed mind is told with what changed it', () => {
  const said = eventText(
    eventOf('opinion-reveal', {
      motion: MOTION,
      reviewer: 'reviewer-security',
      mandate: 'security',
      brain: 'playbook',
      phase: 'second',
      verdict: 'approve',
      changedFrom: 'reject',
      because: ['c-0000001'],
      rationale: 'It is not open.',
      findings: [],
      entry: 9,
    }),
  );
  expect(said?.text).toBe('reviewer-security changes from reject to approve, because of c-0000001');
});

test('a stop is told with who stopped and why', () => {
  expect(eventText(eventOf('stop-wait', { step: 'node-1', person: 'ann', reason: 'Wrong cluster' }))).toEqual({
    text: 'ann has stopped everything: Wrong cluster',
    tone: 'bad',
  });
});
