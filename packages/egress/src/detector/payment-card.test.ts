import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ibansIn } from './iban.ts';
import { paymentCardsIn } from './payment-card.ts';

/** Numbers as test systems of card schemes publish them, with the last digit computed here. */
const withCheckDigit = (digits: string): string => {
  const check = Array.from({ length: 10 }, (_, digit) => `${digits}${digit}`).find(luhnHolds);
  return check ?? '';
};

function luhnHolds(digits: string): boolean {
  const doubled = (digit: number): number => (digit * 2 > 9 ? digit * 2 - 9 : digit * 2);
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, index) => total + (index % 2 === 1 ? doubled(Number(digit)) : Number(digit)), 0);
  return sum % 10 === 0;
}

const visa = withCheckDigit('412345678901234');
const amex = withCheckDigit('37123456789012');

it.each([
  visa,
  visa.replaceAll(/(.{4})(?=.)/g, '$1 '),
  visa.replaceAll(/(.{4})(?=.)/g, '$1-'),
  amex,
  `${amex.slice(0, 4)} ${amex.slice(4, 10)} ${amex.slice(10)}`,
])('finds %s', (card) => {
  expect(paymentCardsIn(`paid with ${card}.`)).toEqual([
    { start: 10, end: 10 + card.length, kind: 'card', rule: 'payment-card', tier: 'block' },
  ]);
});

it.each([
  ['another check digit', visa.replace(/.$/, (digit) => String((Number(digit) + 1) % 10))],
  ['part of a longer number', `1${visa}`],
  ['part of a word', `a${visa}`],
  ['a decimal number', `0.${visa}`],
  ['other groups', visa.replace(/^(.{5})(.{5})/, '$1 $2 ')],
  ['an issuer nobody is', withCheckDigit('112345678901234')],
])('finds no card in %s', (_, text) => {
  expect(paymentCardsIn(text)).toEqual([]);
});

it('takes less than one in fifty random numbers for a card', () => {
  let cards = 0;
  fc.assert(
    fc.property(fc.bigInt({ min: 10n ** 15n, max: 10n ** 16n - 1n }), (number) => {
      cards += paymentCardsIn(String(number)).length;
    }),
    { numRuns: 5000, seed: 7 },
  );
  expect(cards).toBeLessThan(250);
  expect(cards).toBeGreaterThan(0);
});

it('finds account numbers whose check digits hold, and no others', () => {
  const iban = 'GB82 WEST 1234 5698 7654 32';
  expect(ibansIn(`to ${iban} AND more`)).toMatchObject([{ start: 3, end: 3 + iban.length, kind: 'iban' }]);
  expect(ibansIn(iban.replaceAll(' ', ''))).toHaveLength(1);
  expect(ibansIn(iban.replace('82', '83'))).toEqual([]);
  expect(ibansIn('XX82 WEST 1234 5698 7654 32')).toEqual([]);
});
