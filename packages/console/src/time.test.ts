import { expect, test } from 'vitest';
import { duration, remaining } from './time.ts';

test.for([
  [0, '0 ms'],
  [999, '999 ms'],
  [1_000, '1.0 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 0 s'],
  [119_600, '2 min 0 s'],
  [3_600_000, '1 h 0 min'],
  [5_430_000, '1 h 30 min'],
] as const)('%i milliseconds are %s', ([milliseconds, text]) => {
  expect(duration(milliseconds)).toBe(text);
});

test.for([
  ['2026-01-01T00:00:59.500Z', '1 min 0 s left'],
  ['2026-01-01T00:00:09.000Z', '9 s left'],
  ['2026-01-01T01:30:00.000Z', '1 h 30 min left'],
  ['2026-01-01T00:00:00.000Z', 'time is up'],
] as const)('until %s it is %s', ([until, text]) => {
  expect(remaining(until, Date.parse('2026-01-01T00:00:00.000Z'))).toBe(text);
});
