import { expect, test } from 'vitest';
import {
  debatedFindingSchema,
  findingDetailSchema,
  findingHead,
  planQuerySchema,
  rebuttalDetailSchema,
  type FindingDetail,
} from './debate.ts';
import { debatedId } from './debated-id.ts';

const motion = `sha256:${'a'.repeat(64)}` as const;
const detail = findingDetailSchema.parse({
  id: 'own-1',
  rule: 'security.open-port',
  severity: 'high',
  step: 'open',
  claim: 'The port is open to everybody.',
  evidence: ['/steps/0/call/with/address'],
  check: { means: 'query', query: { at: '/steps/0/call/with/address', is: 'equal', value: '0.0.0.0' } },
});

test('the ledger is told where and how bad, and that it was shown; never in words', () => {
  const head = { id: 'own-1', rule: 'security.open-port', severity: 'high', step: 'open' };
  expect(findingHead(detail)).toEqual({ ...head, evidenced: true });
  expect(findingHead({ ...detail, evidence: [] })).toEqual({ ...head, evidenced: false });
});

test('the name of a finding in the debate depends on motion, rule and step, and on nobody', () => {
  const name = debatedId(motion, detail);
  expect(name).toMatch(/^f-[0-9a-f]{8}$/);
  const other: FindingDetail = { ...detail, id: 'own-2', severity: 'low', claim: 'Other words.' };
  expect(debatedId(motion, other)).toBe(name);
  const others = [
    debatedId(`sha256:${'b'.repeat(64)}`, detail),
    debatedId(motion, { rule: 'security.other', step: 'open' }),
    debatedId(motion, { rule: detail.rule, step: null }),
  ];
  expect(new Set([name, ...others]).size).toBe(4);
});

test('what goes into the debate names no author', () => {
  expect(debatedFindingSchema.safeParse(detail).success).toBe(true);
  expect(debatedFindingSchema.safeParse({ ...detail, reviewer: 'reviewer-security' }).success).toBe(false);
});

test.each<[string, unknown, boolean]>([
  ['something is absent', { at: '/steps/0', is: 'absent' }, true],
  ['something is a value', { at: '/steps/0/id', is: 'equal', value: 'open' }, true],
  ['something contains a text', { at: '/goal', is: 'containing', text: 'x' }, true],
  ['something contains nothing', { at: '/goal', is: 'containing', text: '' }, false],
  ['something matches an expression', { at: '/goal', is: 'matching', text: '(a+)+$' }, false],
  ['something is absent, and more', { at: '/goal', is: 'absent', value: 1 }, false],
])('a query says that %s: %s', (_, query, holds) => {
  expect(planQuerySchema.safeParse(query).success).toBe(holds);
});

test('a proposer fixes, refutes or asks a person; it cannot accept the risk itself', () => {
  const answer = {
    finding: 'f-01234567',
    kind: 'refute',
    claim: 'It listens on the loopback.',
    evidence: ['/steps/0'],
  };
  expect(rebuttalDetailSchema.safeParse({ answers: [answer] }).success).toBe(true);
  expect(rebuttalDetailSchema.safeParse({ answers: [{ ...answer, kind: 'accept' }] }).success).toBe(false);
  expect(rebuttalDetailSchema.safeParse({ answers: [{ ...answer, claim: 'x'.repeat(801) }] }).success).toBe(false);
});
