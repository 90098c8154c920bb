import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitText, plainLines, plainText, textWidth, wrapText } from './text.ts';

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\u001b',
      '[',
      ']',
      '\u0007',
      '\u009b',
      '\n',
      '\r',
      '\u0000',
      '2J',
      '31m',
      '\u202e',
      '\u200b',
      'a',
      ' ',
      '日',
      '😀',
    ),
    fc.string({ unit: 'binary', maxLength: 2 }),
  ),
});

test('no text can move the cursor, hide itself or begin a new line', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      // oxlint-disable-next-line no-control-regex -- the control characters are the point
      expect(plainText(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/u);
    }),
  );
});

test('escape sequences leave nothing behind', () => {
  expect(plainText('a\u001b[31mred\u001b[0m b\u001b]0;title\u0007c\u009b2Jd')).toBe('ared bcd');
});

test('lines end at newlines and carriage returns, so that nothing is overwritten', () => {
  expect(plainLines('50 %\r100 %\n\nok\r\n')).toEqual(['50 %', '100 %', 'ok']);
});

test('fitted text is never wider than asked, and says when something is missing', () => {
  fc.assert(
    fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, columns) => {
      const plain = plainText(text);
      const fitted = fitText(plain, columns);
      expect(textWidth(fitted)).toBeLessThanOrEqual(columns);
      if (textWidth(plain) <= columns) expect(fitted).toBe(plain);
      else expect(fitted.endsWith('…')).toBe(true);
    }),
  );
});

test('wrapped text keeps every word and no line is too wide', () => {
  fc.assert(
    fc.property(fc.lorem({ maxCount: 30 }), fc.integer({ min: 4, max: 60 }), (text, columns) => {
      const rows = wrapText(text, columns);
      for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(columns);
      expect(rows.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }),
  );
});

test('wide characters take two columns, marks none', () => {
  expect(textWidth('日本')).toBe(4);
  expect(textWidth('e\u0301')).toBe(1);
  expect(textWidth('✔ ok')).toBe(4);
});
