import { expect, test } from 'vitest';
import { levelName, shareOf } from './budget-share.ts';

const amount = (tokens: number, microUsd: number) => ({ tokens, microUsd });

test.for([
  [amount(0, 0), amount(0, 0), 0],
  [amount(500, 0), amount(1000, 10), 50],
  [amount(10, 9), amount(1000, 10), 90],
  [amount(1, 1), amount(0, 0), 100],
] as const)('the scarcer of tokens and money counts: %j of %j is %i percent', ([spent, cap, percent]) => {
  expect(shareOf({ spent, cap })).toBe(percent);
});

test.for([
  ['day/2026-01-01', 'The organisation today'],
  ['team/platform/2026-01-01', 'The team platform today'],
  ['agent/planner/2026-01-01', 'planner today'],
  ['run/run-a', 'This run'],
])('%s is read as %s', ([id, name]) => {
  expect(levelName(id ?? '')).toBe(name);
});
