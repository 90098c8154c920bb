import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { Digest } from './digest.ts';

export function digestOfBytes(bytes: Uint8Array | string): Digest {
  return `sha256:${hash('sha256', bytes, 'hex')}`;
}

/** SHA-256 over the canonical JSON of the value. */
export function digestOf(value: unknown): Digest {
  return digestOfBytes(canonicalJson(value));
}
