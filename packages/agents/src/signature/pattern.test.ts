import { expect, test } from 'vitest';
import { whyPatternRefused } from './pattern.ts';

test.each([
  '(a+)+b',
  '(?:a*)*',
  '(?:a|b+){2,}c',
  '(?:(?:x+)y)+',
  '(?:a{1,5})+',
  '(a)\\1',
  '(?<=a)b',
  '(?<n>a)\\k<n>',
  '.*a.*b.*c.*d.*e',
  '(unclosed',
  'a'.repeat(600),
])('refuses %s', (pattern) => {
  expect(whyPatternRefused(pattern)).toBeDefined();
});

test.each(['port (?<port>\\d{1,5})', 'a+b', '[(+*]x+', '\\(a+\\)', '(?:\\d{1,3}\\.){3}\\d{1,3}', 'x?(?:a|b)?'])(
  'accepts %s',
  (pattern) => {
    expect(whyPatternRefused(pattern)).toBeUndefined();
  },
);
