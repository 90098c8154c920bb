import { expect, test } from 'vitest';
import { smallPolicy } from './ballot.fixture.ts';
import { breakGlassSchema, quorumRuleSchema } from './quorum-rule.ts';

const { R1 } = smallPolicy.quorum;

test.each(Object.keys(R1 ?? {}))('a rule that leaves out %s is none: nothing is carried by default', (field) => {
  expect(quorumRuleSchema.safeParse(R1).success).toBe(true);
  expect(quorumRuleSchema.safeParse({ ...R1, [field]: undefined }).success).toBe(false);
});

test.each<[string, Record<string, unknown>]>([
  ['a field nobody knows', { quorum: 2 }],
  ['a veto that is weaker than what is critical', { veto: 'none' }],
  ['a permit that lives longer than four hours', { permitSeconds: 14_401 }],
  ['less than nobody', { people: -1 }],
  ['half a reviewer', { approvals: 1.5 }],
])('a rule with %s is none', (_, change) => {
  expect(quorumRuleSchema.safeParse({ ...R1, ...change }).success).toBe(false);
});

test.each<[string, Record<string, unknown>]>([
  ['by one person alone', { people: 1 }],
  ['for longer than four hours', { minutes: 241 }],
  ['for what is forbidden', { classes: ['R4'] }],
  ['for nothing', { classes: [] }],
])('nobody breaks the glass %s', (_, change) => {
  const rule = { people: 2, minutes: 60, classes: ['R1', 'R2', 'R3'] };
  expect(breakGlassSchema.safeParse(rule).success).toBe(true);
  expect(breakGlassSchema.safeParse({ ...rule, ...change }).success).toBe(false);
});
