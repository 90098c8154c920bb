import { expect, test } from 'vitest';
import { eventText } from './event-text.ts';
import { eventOf, MOTION } from './event.fixture.ts';

const request = {
  goal: 'Cluster Redis: three masters',
  target: 'sandbox',
  inputs: { masters: 3 },
  environment: 'production',
  dataClass: 'internal',
  occupiedPorts: [6379],
} as const;

test('a request is told with what is not as usual about it', () => {
  const said = eventText(
    eventOf('run-start', { requester: 'ann', request: { ...request, occupiedPorts: [6379] }, entry: 1 }),
  );
  expect(said).toEqual({
    text: 'ann asks: Cluster Redis: three masters',
    tone: 'plain',
    details: ['Environment: production', 'masters = 3', 'Rehearsal: somebody else already holds port 6379'],
  });
});

test.for([
  ['approve', 'good', 'reviewer-security approves'],
  ['reject', 'bad', 'reviewer-security rejects'],
  ['abstain', 'warn', 'reviewer-security abstains'],
] as const)('an opinion to %s is %s, with its findings', ([verdict, tone, text]) => {
  const said = eventText(
    eventOf('opinion-reveal', {
      motion: MOTION,
      reviewer: 'reviewer-security',
      mandate: 'security',
      brain: 'playbook',
      phase: 'blind',
      verdict,
      changedFrom: null,
      because: [],
      rationale: 'Because.',
      findings: [
        { id: 'f-1', rule: 'x.y', severity: 'low', step: 'node-1', claim: 'listens on all addresses', evidence: [] },
      ],
      entry: 7,
    }),
  );
  expect(said).toEqual({ text, tone, details: ['Because.', 'low in node-1: listens on all addresses'] });
});

test('a denial of the checkers is told with every claim', () => {
  const findings = [
    { id: 'f-1', rule: 'a.b', severity: 'critical' as const, step: null, claim: 'no undo', evidence: [] },
  ];
  expect(eventText(eventOf('checks-end', { motion: MOTION, passed: false, findings, entry: 4 }))).toEqual({
    text: 'The checkers deny it',
    tone: 'bad',
    details: ['critical: no undo'],
  });
});

test('a heal says what was wrong, who confirmed it and which value changes', () => {
  const confirmed = eventText(
    eventOf('diagnosis-confirm', {
      step: 'node-1',
      outcome: 'succeeded',
      listeners: [{ address: '0.0.0.0', port: 6379, pid: 7, argv: 'stranger', service: null }],
      summary: 'stranger on any address port 6379.',
      entry: 36,
    }),
  );
  expect(confirmed).toEqual({
    text: 'The attestor confirms it: stranger on any address port 6379.',
    tone: 'good',
    details: ['0.0.0.0:6379 is held by stranger'],
  });
  const patched = eventText(
    eventOf('patch-propose', {
      step: 'node-1',
      revision: 2,
      motion: MOTION,
      patch: [{ op: 'replace', path: '/inputs/port', value: 6380 }],
      explanation: 'Port 6379 is taken.',
      redo: ['node-1'],
      entry: 37,
    }),
  );
  expect(patched).toEqual({ text: 'Heal: Port 6379 is taken.', tone: 'warn', details: ['/inputs/port = 6380'] });
});

test('probes of the goal must fail before the work: what else they do is bad news', () => {
  const attest = (outcome: 'succeeded' | 'failed' | 'unknown') =>
    eventText(
      eventOf('attestation-make', { about: 'control', step: null, outcome, probes: [], differences: [], entry: 1 }),
    );
  expect(attest('failed')?.tone).toBe('quiet');
  expect(attest('succeeded')?.tone).toBe('bad');
  expect(attest('unknown')?.tone).toBe('bad');
});

test.for([
  ['succeeded', 'good'],
  ['failed', 'bad'],
  ['undone', 'warn'],
  ['rejected', 'warn'],
  ['cancelled', 'warn'],
] as const)('a run that ended %s is told in a %s tone', ([outcome, tone]) => {
  const end = eventOf('run-end', {
    outcome,
    reason: 'x',
    explanation: 'So it is.',
    heals: 0,
    milliseconds: 1500,
    entry: 9,
  });
  expect(eventText(end)).toEqual({ text: `${outcome} after 1.5 s. So it is.`, tone });
});

test("the planner's question and its answer are told, and how much of a budget is used", () => {
  expect(eventText(eventOf('clarification-ask', { question: 'Redis or PostgreSQL?', entry: 3 }))).toEqual({
    text: 'The planner asks: Redis or PostgreSQL?',
    tone: 'warn',
  });
  expect(eventText(eventOf('clarification-answer', { person: 'ann', answer: 'Redis', entry: 4 }))?.text).toBe(
    'ann answers: Redis',
  );
  const alert = (percent: number) =>
    eventText(
      eventOf('budget-alert', {
        level: 'run/run-aaaaaaaaaaaaaaaaaaaa',
        percent,
        spent: { tokens: 800, microUsd: 800_000 },
        cap: { tokens: 1000, microUsd: 1_000_000 },
      }),
    );
  expect(alert(80)).toMatchObject({ tone: 'warn', details: ['0.80 USD of 1.00 USD', '800 tokens of 1,000 tokens'] });
  expect(alert(100)?.tone).toBe('bad');
});

test('what only machines count is not told', () => {
  expect(eventText(eventOf('stage-end', { stage: 'plan', milliseconds: 5 }))).toBeUndefined();
  expect(
    eventText(eventOf('opinion-commit', { motion: MOTION, reviewer: 'reviewer-security', entry: 5 })),
  ).toBeUndefined();
});
