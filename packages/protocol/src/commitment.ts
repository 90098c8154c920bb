import { digestOfBytes } from './digest-of.ts';
import type { Digest } from './digest.ts';

const DOMAIN = Buffer.from('duovir/commit/v1\0');

/** `SHA-256("duovir/commit/v1\0" || salt || bytes)`; the salt is 32 random bytes, hex. */
export function commitTo(saltHex: string, bytes: Uint8Array | string): Digest {
  const salt = Buffer.from(saltHex, 'hex');
  if (salt.length !== 32) throw new RangeError('A commitment salt has 32 bytes.');
  return digestOfBytes(Buffer.concat([DOMAIN, salt, Buffer.from(bytes)]));
}
