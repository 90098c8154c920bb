import { expect, test } from 'vitest';
import { withoutLeaks } from './descriptors.ts';

test('a leaking descriptor is replaced unless a child gets its own under that number', () => {
  expect(withoutLeaks(['pipe', 'pipe', 'pipe', 7], [3, 6], 9)).toEqual([
    'pipe',
    'pipe',
    'pipe',
    7,
    'ignore',
    'ignore',
    9,
  ]);
  expect(withoutLeaks(['pipe', 'pipe', 'pipe'], [], 9)).toEqual(['pipe', 'pipe', 'pipe']);
});
