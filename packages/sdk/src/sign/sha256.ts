import { canonicalJson, type Digest } from '@duovir/protocol';
import { hex } from './bytes-text.ts';

/** By the browser's own cryptography, which Node has as well. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** The digest that the protocol gives a document: over its canonical JSON. */
export async function digestOfDocument(document: unknown): Promise<Digest> {
  return `sha256:${hex(await sha256(new TextEncoder().encode(canonicalJson(document))))}`;
}
