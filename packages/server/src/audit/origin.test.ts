import { expect, test } from 'vitest';
import { originOf } from './origin.ts';

test.each([
  [undefined, 'socket'],
  ['', 'socket'],
  ['127.0.0.1', 'loopback'],
  ['127.8.9.1', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::FFFF:127.0.0.1', 'loopback'],
  ['10.0.0.7', 'network'],
  ['::ffff:10.127.0.1', 'network'],
  ['fe80::127.0.0.1', 'network'],
  ['2001:db8::1', 'network'],
] as const)('a connection from %s comes from the %s', (address, origin) => {
  expect(originOf(address)).toBe(origin);
});
