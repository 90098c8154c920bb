import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideRestart } from './restart-rule.ts';

test('waits longer after each failure in a row, and never more than five seconds', () => {
  const delays = [0, 1, 2, 3, 8].map((failures) => decideRestart(failures, 0));
  expect(delays.map((decision) => decision.kind === 'restart' && decision.afterMs)).toEqual([100, 200, 400, 800, 5000]);
});

test('a process that lived for a while begins anew', () => {
  expect(decideRestart(9, 60_000)).toEqual({ kind: 'restart', afterMs: 100, failures: 1 });
});

test('gives up at some time, whatever the lifetimes, when all of them are short', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 14_999 }), { minLength: 12, maxLength: 12 }), (lifetimes) => {
      let failures = 0;
      const kinds = lifetimes.map((livedMs) => {
        const decision = decideRestart(failures, livedMs);
        failures = decision.failures;
        return decision.kind;
      });
      expect(kinds.at(-1)).toBe('give-up');
    }),
  );
});
