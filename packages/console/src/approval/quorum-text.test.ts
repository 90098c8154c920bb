import { expect, test } from 'vitest';
import { quorumText } from './quorum-text.ts';

test('where all are needed they are named, else how many of whom', () => {
  expect(quorumText({ needed: 1, people: ['ann'] })).toBe('ann');
  expect(quorumText({ needed: 2, people: ['ann', 'ben'] })).toBe('ann and ben');
  expect(quorumText({ needed: 1, people: ['ann', 'ben'] })).toBe('1 of ann, ben');
});
