import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeBlob, openBlob, sealBlob } from './blob.ts';

const content = Buffer.from('card 4111 1111 1111 1111');

test('a sealed blob opens to what was committed to', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      const { commitment, sealed, secret } = sealBlob(bytes);
      expect(new Uint8Array(openBlob(commitment, sealed, secret))).toEqual(bytes);
    }),
  );
});

test('equal contents have different commitments and ciphertexts', () => {
  const [one, two] = [sealBlob(content), sealBlob(content)];
  expect(one.commitment).not.toBe(two.commitment);
  expect(one.sealed.equals(two.sealed)).toBe(false);
});

test('no flipped bit, other key, other salt or other commitment opens', () => {
  const { commitment, sealed, secret } = sealBlob(content);
  const other = sealBlob(content);
  const mismatch = expect.objectContaining({ code: 'blob-mismatch' });
  for (let bit = 0; bit < sealed.length * 8; bit += 3) {
    const mutated = Buffer.from(sealed);
    mutated[bit >> 3]! ^= 1 << (bit & 7);
    expect(() => openBlob(commitment, mutated, secret)).toThrow(mismatch);
  }
  expect(() => openBlob(commitment, sealed, { ...secret, key: randomBytes(32) })).toThrow(mismatch);
  expect(() => openBlob(commitment, sealed, { ...secret, salt: randomBytes(32) })).toThrow(mismatch);
  expect(() => openBlob(other.commitment, sealed, secret)).toThrow(mismatch);
  expect(() => openBlob(commitment, Buffer.alloc(3), secret)).toThrow(mismatch);
});

test('an auditor tells what is shown from what is withheld, shredded or false', () => {
  const { commitment, secret } = sealBlob(content);
  expect(judgeBlob(commitment, { kind: 'shown', bytes: content, salt: secret.salt }).kind).toBe('OPENED');
  expect(judgeBlob(commitment, { kind: 'shown', bytes: Buffer.from('other'), salt: secret.salt }).kind).toBe(
    'MISMATCH',
  );
  expect(judgeBlob(commitment, { kind: 'withheld' }).kind).toBe('WITHHELD');
  expect(judgeBlob(commitment, { kind: 'shredded' }).kind).toBe('SHREDDED');
});
