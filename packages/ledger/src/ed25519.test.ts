import { generateKeyPairSync, sign } from 'node:crypto';
import { rawPublicKey } from '@duovir/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ed25519Holds } from './ed25519.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const rawKey = rawPublicKey(publicKey);
const neutral = Buffer.from(`01${'00'.repeat(31)}`, 'hex');
const unreducedNeutral = Buffer.from(`ee${'ff'.repeat(30)}7f`, 'hex');
const zero = Buffer.alloc(32);
const order = Buffer.from('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 'hex');

test('signatures hold, and no flipped bit of one does', () => {
  const message = Buffer.from('message');
  const signature = sign(null, message, privateKey);
  expect(ed25519Holds(rawKey, message, signature)).toBe(true);
  fc.assert(
    fc.property(fc.nat({ max: 511 }), (bit) => {
      const mutated = Buffer.from(signature);
      mutated[bit >> 3]! ^= 1 << (bit & 7);
      expect(ed25519Holds(rawKey, message, mutated)).toBe(false);
    }),
    { numRuns: 100 },
  );
});

test('points of small order are judged by the equation alone, whatever OpenSSL says', () => {
  for (const key of [neutral, unreducedNeutral])
    for (const text of ['a', 'b'])
      expect(ed25519Holds(key, Buffer.from(text), Buffer.concat([neutral, zero]))).toBe(true);
  expect(ed25519Holds(rawKey, Buffer.from('a'), Buffer.concat([neutral, zero]))).toBe(false);
});

test('a scalar that is not reduced is refused', () => {
  expect(ed25519Holds(neutral, Buffer.from('a'), Buffer.concat([neutral, order]))).toBe(false);
});

test('anything of another length is refused', () => {
  expect(ed25519Holds(rawKey.subarray(1), Buffer.from('a'), Buffer.alloc(64))).toBe(false);
  expect(ed25519Holds(rawKey, Buffer.from('a'), Buffer.alloc(63))).toBe(false);
});
