import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeSchema } from './name.ts';

test('every time that a clock can show is one', () => {
  const year = (number: number): Date => new Date(Date.UTC(number, 0, 1));
  fc.assert(
    fc.property(fc.date({ min: year(1000), max: year(9999), noInvalidDate: true }), (date) => {
      expect(timeSchema.safeParse(date.toISOString()).success).toBe(true);
    }),
  );
});

test.each([
  '2026-13-01T00:00:00.000Z',
  '2026-02-30T00:00:00.000Z',
  '2026-01-01T24:00:00.000Z',
  '2026-01-01T00:61:00.000Z',
  '9999-99-99T99:99:99.999Z',
])('Invariant 6: %s is no time, for it could not be compared with any', (text) => {
  expect(timeSchema.safeParse(text).success).toBe(false);
});
