import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Bytes under a key of their own: forgetting the key shreds them in every backup. */
export interface Sealed {
  readonly key: Buffer;
  /** Nonce, tag, ciphertext. */
  readonly bytes: Buffer;
}

/** `context` is bound in: a sealed document put in the place of another does not open. */
export function seal(plain: Uint8Array, context: string): Sealed {
  const key = randomBytes(32);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(Buffer.from(context));
  const hidden = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { key, bytes: Buffer.concat([nonce, cipher.getAuthTag(), hidden]) };
}

/** Throws when key, context or any byte is another. */
export function unseal({ key, bytes }: Sealed, context: string): Buffer {
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
}
