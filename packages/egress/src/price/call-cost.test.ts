import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundOf, costOf, type TokenUsage } from './call-cost.ts';
import type { Price } from './price.ts';

const tiered: Price = [
  { above: 0, input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite: 6_000_000 },
  { above: 200_000, input: 6_000_000, output: 22_500_000, cacheRead: 600_000, cacheWrite: 12_000_000 },
];
const usage: TokenUsage = { input: 1000, cacheRead: 0, cacheWrite: 0, output: 100, reasoning: 0 };

test('the bound counts every byte as a token, at the dearest way to read it', () => {
  expect(boundOf({ bodyBytes: 10_000, maxOutputTokens: 1000 }, tiered)).toEqual({ tokens: 11_000, microUsd: 75_000 });
});

test('a prompt that may cross into a dearer tier is bounded at that tier', () => {
  expect(boundOf({ bodyBytes: 200_000, maxOutputTokens: 0 }, tiered).microUsd).toBe(1_200_000);
  expect(boundOf({ bodyBytes: 200_001, maxOutputTokens: 0 }, tiered).microUsd).toBe(2_400_012);
});

test('reasoning is paid as output, and a cached prompt counts for the tier', () => {
  expect(costOf({ ...usage, reasoning: 400 }, tiered)).toEqual({ tokens: 1500, microUsd: 10_500 });
  expect(costOf({ ...usage, cacheRead: 200_000 }, tiered)).toEqual({ tokens: 201_100, microUsd: 128_250 });
});

test('usage with a part that is missing or no count has no cost: the bound is booked', () => {
  for (const part of Object.keys(usage))
    for (const value of [undefined, Number.NaN, -1, 1.5])
      expect(costOf({ ...usage, [part]: value }, tiered)).toBeUndefined();
  const absurd = { ...usage, input: Number.MAX_SAFE_INTEGER, output: Number.MAX_SAFE_INTEGER };
  expect(costOf(absurd, tiered)).toBeUndefined();
});

const rate = fc.nat(600_000_000);
const rates = fc.record({ input: rate, output: rate, cacheRead: rate, cacheWrite: rate });
const prices = fc.tuple(rates, rates, fc.integer({ min: 1, max: 300_000 })).map(([short, long, above]): Price => [
  { above: 0, ...short },
  { above, ...long },
]);

test('Invariant 8: whatever a provider reports within the limits of a call costs no more than its bound', () => {
  fc.assert(
    fc.property(
      prices,
      fc.array(fc.nat(150_000), { minLength: 5, maxLength: 5 }),
      fc.nat(1000),
      (price, parts, slack) => {
        const [input = 0, cacheRead = 0, cacheWrite = 0, output = 0, reasoning = 0] = parts;
        const size = { bodyBytes: input + cacheRead + cacheWrite + slack, maxOutputTokens: output + reasoning };
        const bound = boundOf(size, price);
        const cost = costOf({ input, cacheRead, cacheWrite, output, reasoning }, price);
        expect(cost?.tokens).toBeLessThanOrEqual(bound.tokens);
        expect(cost?.microUsd).toBeLessThanOrEqual(bound.microUsd);
      },
    ),
    { numRuns: 5000 },
  );
});
