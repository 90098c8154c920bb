import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resemblancesIn } from './placeholder-form.ts';
import { placeholderPattern } from './placeholder-pattern.ts';

const hex = fc.stringMatching(/^[0-9a-f]{8}$/);
const number = fc.integer({ min: 0, max: 9_999_999 });
const octet = fc.integer({ min: 0, max: 255 });
const form = fc.oneof(
  fc
    .tuple(fc.constantFrom('SECRET', 'key', 'Card', 'IBAN'), number, hex)
    .map(([kind, n, tag]) => `ZQX_${kind}_${n}_${tag}`),
  fc.constantFrom('zqx_', 'ZQX_half', 'zqx.invalid', 'H1.ZQX.INVALID', '2001:db8:', '2001:0DB8:1'),
  fc
    .tuple(fc.constantFrom('h', 'H', 'e'), number, hex)
    .map(([kind, n, tag]) => `${kind}${n}-${tag}${kind === 'e' ? '@' : '.'}zqx.invalid`),
  fc
    .tuple(fc.constantFrom('192.0.2', '198.51.100', '203.0.113', '198.18.7', '198.19.255'), octet)
    .map((parts) => parts.join('.')),
  fc.tuple(fc.constantFrom('t', 'C', 's'), number, hex).map(([kind, n, tag]) => `${kind}_${n}_${tag}`),
);
const text = fc.array(fc.oneof(form, fc.string(), fc.constantFrom(' ', '"', '\\n', '-', '.')), { maxLength: 6 });

test('the quick look at a text overlooks nothing that the whole pattern finds', () => {
  fc.assert(
    fc.property(text, (parts) => {
      const whole = parts.join('');
      expect(resemblancesIn(whole).length).toBe([...whole.matchAll(placeholderPattern())].length);
    }),
    { numRuns: 5000 },
  );
});
