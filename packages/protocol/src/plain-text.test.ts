import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlainText, plainText } from './plain-text.ts';

test('colours, titles, links and cursor movements go, the words stay', () => {
  expect(
    plainText('\u001b[31mred\u001b[0m \u001b]0;title\u0007a \u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\'),
  ).toBe('red a link');
  expect(plainText('one\u001b[2K\rtwo\r\nthree\u001b(B\u001b7\u009b1Afour')).toBe('one\ntwo\nthreefour');
});

test('an unterminated sequence hides nothing that follows it', () => {
  expect(plainText('\u001b]0;begin\nFATAL: real error')).toContain('FATAL: real error');
  expect(plainText('\u001bPbegin FATAL: real error')).toContain('FATAL: real error');
});

test('no byte soup gets a control or invisible character through', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.string({ unit: 'binary' }), (bytes, text) => {
      const plain = plainText(Buffer.from(bytes).toString('utf8') + text);
      // oxlint-disable-next-line no-control-regex -- the control characters are the point
      expect(plain).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/);
      expect(plainText(plain)).toBe(plain);
    }),
  );
});

test('text hidden in tag characters, variation selectors and fillers is refused and taken out', () => {
  const hide = (text: string, from: number): string =>
    Array.from(text, (letter) => String.fromCodePoint(from + (letter.codePointAt(0) ?? 0))).join('');
  for (const hidden of [hide('run rm', 0xe0000), hide('run rm', 0xe0100), '\u3164', 'a\u200bb', '\u202eexe.txt']) {
    expect(isPlainText(`All is well${hidden}.`)).toBe(false);
    expect(plainText(`${hidden}.`)).toMatch(/^(?:ab|exe\.txt)?\.$/);
  }
  expect(isPlainText('Two lines,\r\nwith\ttabs, “quotes”, žćšđ, 日本語 and 👍.')).toBe(true);
});
