import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlainText } from '@duovir/protocol';
import { quote } from './quote.ts';

test('a text is quoted as it is, so that a secret in it is known for one', () => {
  expect(quote('--password=Pässwort-Straße')).toBe('“--password=Pässwort-Straße”');
});

test('nothing invisible and no quotation mark of ours gets into a sentence', () => {
  expect(quote('a”\u200b\u202e\n\u{e0041}b')).toBe('“a?????b”');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const quoted = quote(text);
      expect(isPlainText(quoted)).toBe(true);
      expect(quoted.slice(1, -1)).not.toMatch(/[“”\n]/);
      expect(quoted.length).toBeLessThanOrEqual(82);
    }),
  );
});

test('a long text is cut between words, wherever the cut falls', () => {
  for (let before = 40; before < 90; before += 1)
    expect(
      quote(`${'x'.repeat(before)} Sommer-Hafen-Wolke ${'y'.repeat(80)}`).replace('Sommer-Hafen-Wolke', ''),
    ).not.toMatch(/Som|lke/);
});
