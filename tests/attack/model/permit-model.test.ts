import { expect, test } from 'vitest';
import { brokenRules } from './broken-rules.ts';
import { explore } from './explore.ts';
import { soundRules } from './runner.ts';

const FAST = 2000;
/** As many as it takes: the rarest of the planted faults needs some hundreds. */
const SEARCH = 20_000;

test('Invariant 1, permit: no order of words, permits, kills and revocations executes anything without its quorum', () => {
  const { fault, schedules, executing } = explore(soundRules, FAST);
  expect(fault).toBeUndefined();
  expect(schedules).toBe(FAST);
  expect(executing).toBeGreaterThan(FAST / 20);
});

test.each(Object.entries(brokenRules))('a runner that %s is caught', (_, { rules, fault }) => {
  expect(explore(rules, SEARCH).fault).toMatch(fault);
});
