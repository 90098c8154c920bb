import { expect, test } from 'vitest';
import { hiddenText } from './hidden-text.ts';
import { markPlaceholders } from './mark-placeholders.ts';

test('what was hidden is counted by its kinds', () => {
  expect(hiddenText({})).toBe('nothing hidden');
  expect(hiddenText({ secret: 2, host: 1 })).toBe('3 hidden: 2 secret, 1 host');
});

test('a text comes apart into what was said and what stands for a value, and nothing is lost', () => {
  const text = 'use ZQX_SECRET_1_0A1B2C3D on h2-0a1b2c3d.zqx.invalid';
  const parts = markPlaceholders(text);
  expect(parts).toEqual([
    { text: 'use ', isPlaceholder: false },
    { text: 'ZQX_SECRET_1_0A1B2C3D', isPlaceholder: true },
    { text: ' on ', isPlaceholder: false },
    { text: 'h2-0a1b2c3d.zqx.invalid', isPlaceholder: true },
  ]);
  expect(markPlaceholders('')).toEqual([]);
});
