import fc from 'fast-check';
import { expect, test } from 'vitest';
import { luhnHolds } from './luhn.ts';

test('of ten last digits exactly one holds', () => {
  expect(luhnHolds('79927398713')).toBe(true);
  fc.assert(
    fc.property(fc.stringMatching(/^\d{1,18}$/), (digits) => {
      const held = Array.from({ length: 10 }, (_, last) => `${digits}${last}`).filter(luhnHolds);
      expect(held).toHaveLength(1);
    }),
  );
});
