import { hash } from 'node:crypto';
import { LedgerError } from './error.ts';

export const HASH_BYTES = 32;
/** tlog-tiles writes the length of an entry in two bytes. */
export const MAX_ENTRY_BYTES = 65_535;

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

/** Root of the tree without leaves. */
export const EMPTY_ROOT = sha256(Buffer.alloc(0));

// Hashing is synchronous, so one scratch buffer each is enough; their first byte separates leaves from nodes.
const leafScratch = Buffer.alloc(1 + MAX_ENTRY_BYTES);
const nodeScratch = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** RFC 6962: SHA-256(0x00 || entry). */
export function leafHash(entry: Uint8Array): Buffer {
  if (entry.length > MAX_ENTRY_BYTES)
    throw new LedgerError(
      'entry-invalid',
      `The entry has ${entry.length} bytes; the format allows ${MAX_ENTRY_BYTES}.`,
    );
  leafScratch.set(entry, 1);
  return sha256(leafScratch.subarray(0, 1 + entry.length));
}

/** RFC 6962: SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  nodeScratch.set(left, 1);
  nodeScratch.set(right, 1 + HASH_BYTES);
  return sha256(nodeScratch);
}

/** The largest power of two below `n`: where RFC 6962 splits a tree of `n` leaves. */
export function splitPoint(n: number): number {
  let width = 1;
  while (width * 2 < n) width *= 2;
  return width;
}

/** Not a bit operation: those stop at 2^31. */
export const isOdd = (n: number): boolean => n % 2 === 1;
export const half = (n: number): number => Math.floor(n / 2);
export const isPowerOfTwo = (n: number): boolean => n > 0 && Number.isInteger(Math.log2(n)) && 2 ** Math.log2(n) === n;
