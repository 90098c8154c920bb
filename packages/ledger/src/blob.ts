import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { commitTo, type Digest } from '@duovir/protocol';
import { LedgerError } from './error.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What unlocks one blob. Without it the ciphertext and the commitment say nothing about the content. */
export interface BlobSecret {
  /** AES-256 key of this blob alone. */
  readonly key: Buffer;
  /** Salt of the commitment, 32 bytes. */
  readonly salt: Buffer;
}

export interface SealedBlob {
  readonly commitment: Digest;
  /** Nonce, ciphertext, tag. */
  readonly sealed: Buffer;
  readonly secret: BlobSecret;
}

/** What an auditor can say about a blob that the ledger commits to. */
export type BlobState =
  | { readonly kind: 'OPENED'; readonly bytes: Buffer }
  /** It exists, its owner does not show it. */
  | { readonly kind: 'WITHHELD' }
  /** Key and salt are destroyed: nobody can open it any more. */
  | { readonly kind: 'SHREDDED' }
  /** What is shown is not what was committed to. */
  | { readonly kind: 'MISMATCH' };

/** Encrypts with a key of its own, so that one blob can be shredded alone. */
export function sealBlob(bytes: Uint8Array, salt: Buffer = randomBytes(32)): SealedBlob {
  const key = randomBytes(32);
  const nonce = randomBytes(NONCE_BYTES);
  const commitment = commitTo(salt.toString('hex'), bytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  // Bound to its commitment: a ciphertext cannot be moved to another entry.
  cipher.setAAD(Buffer.from(commitment));
  const sealed = Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  return { commitment, sealed, secret: { key, salt } };
}

/** Throws `blob-mismatch` unless the content is exactly what was committed to. */
export function openBlob(commitment: Digest, sealed: Buffer, { key, salt }: BlobSecret): Buffer {
  try {
    const end = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(commitment));
    decipher.setAuthTag(sealed.subarray(end));
    const bytes = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()]);
    if (commitTo(salt.toString('hex'), bytes) === commitment) return bytes;
  } catch (cause) {
    throw new LedgerError('blob-mismatch', 'The blob cannot be opened with its key.', cause);
  }
  throw new LedgerError('blob-mismatch', 'The blob is not what the ledger committed to.');
}

/** What an evidence pack shows of one blob. */
export type ShownBlob =
  | { readonly kind: 'shown'; readonly bytes: Uint8Array; readonly salt: Buffer }
  | { readonly kind: 'withheld' }
  | { readonly kind: 'shredded' };

/** Compares what is shown with what the ledger committed to. */
export function judgeBlob(commitment: Digest, shown: ShownBlob): BlobState {
  switch (shown.kind) {
    case 'withheld':
      return { kind: 'WITHHELD' };
    case 'shredded':
      return { kind: 'SHREDDED' };
    case 'shown': {
      const isSame = commitTo(shown.salt.toString('hex'), shown.bytes) === commitment;
      return isSame ? { kind: 'OPENED', bytes: Buffer.from(shown.bytes) } : { kind: 'MISMATCH' };
    }
  }
}
