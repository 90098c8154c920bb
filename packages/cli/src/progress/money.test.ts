import { expect, test } from 'vitest';
import { formatMoney, formatTokens } from './money.ts';

test.each([
  [0, '0 USD'],
  [1, 'less than 0.0001 USD'],
  [4200, '0.0042 USD'],
  [120_000, '0.12 USD'],
  [5_000_000, '5.00 USD'],
])('%i millionths are %s', (microUsd, text) => {
  expect(formatMoney(microUsd)).toBe(text);
});

test('tokens are counted in thousands', () => {
  expect([1, 412, 1_204_000].map(formatTokens)).toEqual(['1 token', '412 tokens', '1,204,000 tokens']);
});
