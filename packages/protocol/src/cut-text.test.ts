import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginningOf, endOf } from './cut-text.ts';

test('a text is cut between words', () => {
  expect(beginningOf('login with Sommer-Hafen failed', 20)).toBe('login with');
  expect(beginningOf('login with Sommer-Hafen failed', 23)).toBe('login with Sommer-Hafen');
  expect(endOf('login with Sommer-Hafen failed', 12)).toBe('failed');
  expect(endOf('login with Sommer-Hafen failed', 19)).toBe('Sommer-Hafen failed');
  expect(beginningOf('x'.repeat(50), 20)).toBe('');
  expect(endOf('x'.repeat(50), 20)).toBe('');
});

test('no part of a word is left, wherever the cut falls', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(words, fc.nat({ max: 200 }), (all, longest) => {
      const text = all.join(' ');
      for (const cut of [beginningOf(text, longest), endOf(text, longest)]) {
        expect(cut.length).toBeLessThanOrEqual(Math.max(longest, 0));
        for (const word of cut.split(' ').filter(Boolean)) expect(all).toContain(word);
      }
      expect(text.startsWith(beginningOf(text, longest))).toBe(true);
      expect(text.endsWith(endOf(text, longest))).toBe(true);
    }),
  );
});
