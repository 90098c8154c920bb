import { expect, test } from 'vitest';
import { runIdSchema } from '@duovir/protocol';
import { runOfKey } from './signed-request.ts';

test('the same key of the same person is the same run, and any other key or person another one', () => {
  const run = runOfKey('operator', 'order-4711');
  expect(runIdSchema.safeParse(run).success).toBe(true);
  expect(runOfKey('operator', 'order-4711')).toBe(run);
  const others = [
    runOfKey('operator', 'order-4712'),
    runOfKey('operatororder', '-4711'),
    runOfKey('deputy', 'order-4711'),
  ];
  expect(new Set([run, ...others]).size).toBe(4);
});
