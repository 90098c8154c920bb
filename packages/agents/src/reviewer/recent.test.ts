import { expect, test } from 'vitest';
import { Recent } from './recent.ts';

test('the oldest is forgotten, and what is set again counts as new', () => {
  const recent = new Recent<number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.set('a', 3);
  recent.set('c', 4);
  expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([3, undefined, 4]);
});
