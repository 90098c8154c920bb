import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto';

/** Whoever can speak for one principal. The private key never leaves its process or its device. */
export interface Signer {
  readonly principal: string;
  readonly keyId: string;
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** The 44 bytes of an Ed25519 SubjectPublicKeyInfo (RFC 8410) begin with these 12; the raw key follows. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export function rawPublicKey(key: KeyObject): Buffer {
  const der = key.export({ format: 'der', type: 'spki' });
  return der.subarray(SPKI_PREFIX.length);
}

/** Reads a raw Ed25519 public key (32 bytes) in base64. */
export function publicKeyFromRaw(base64: string): KeyObject {
  const raw = Buffer.from(base64, 'base64');
  if (raw.length !== 32) throw new RangeError('An Ed25519 public key has 32 bytes.');
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}

/** `<principal>/<first 16 hex digits of SHA-256 of the raw public key>`; of a passkey, of its SubjectPublicKeyInfo. */
export function keyIdOf(principal: string, rawKey: Uint8Array): string {
  return `${principal}/${hash('sha256', rawKey, 'hex').slice(0, 16)}`;
}

export function signatureHolds(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === 64 && verify(null, bytes, key, signature);
}
