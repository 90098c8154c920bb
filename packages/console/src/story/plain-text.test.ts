import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';

test('colours of a terminal are left out', () => {
  expect(plainText('\u001b[31mred\u001b[0m \u001b]0;title\u0007text')).toBe('red text');
});

test('an order of words that is turned around is shown as it is', () => {
  expect(plainText('rm -rf /\u202egnp.efas')).toBe(String.raw`rm -rf /\u{202e}gnp.efas`);
});

test('letters of all scripts, tabs and lines stay as they are', () => {
  const text = 'Zürich\t東京\nالقاهرة 🐘';
  expect(plainText(text)).toBe(text);
});

test('nothing invisible remains, and doing it twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const plain = plainText(text);
      expect(plain).not.toMatch(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u);
      expect(plainText(plain)).toBe(plain);
    }),
  );
});
