import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAsAttested, valueText } from './value-text.ts';

test('what is shown of a value is what has to be seen for it to be the same', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.stringMatching(/^[!-~]*$/)), (value) => {
      expect(isAsAttested(value, valueText(value))).toBe(true);
      expect(isAsAttested(value, `${valueText(value)}x`)).toBe(false);
    }),
  );
});

test('of what is not shown nobody can tell here', () => {
  const digest = `sha256:${'0'.repeat(64)}` as const;
  expect(isAsAttested({ kind: 'hidden', commitment: digest }, 'guess')).toBeUndefined();
  expect(isAsAttested({ kind: 'digest', digest, bytes: 1, leaves: 0 }, 'x')).toBeUndefined();
  expect(isAsAttested({ kind: 'absent' }, '')).toBe(true);
});
