import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { rawPublicKey } from './signature.ts';
import { isSoundKey } from './sound-key.ts';

/** The public keys of low order and those that are not canonical among C2SP/CCTV's Ed25519 vectors (see NOTICE). */
const unsound = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
];

test.each(unsound)('%s is no key that may be enrolled', (hex) => {
  expect(isSoundKey(Buffer.from(hex, 'hex'))).toBe(false);
});

test('keys that are made are sound; half of one is not', () => {
  for (let made = 0; made < 50; made += 1) {
    const rawKey = rawPublicKey(generateKeyPairSync('ed25519').publicKey);
    expect(isSoundKey(rawKey)).toBe(true);
    expect(isSoundKey(rawKey.subarray(1))).toBe(false);
  }
});

test('a key whose y is large but reduced is sound', () => {
  expect(isSoundKey(Buffer.from(`eb${'ff'.repeat(30)}7f`, 'hex'))).toBe(true);
});
