import { hash } from 'node:crypto';
import { timestampInvalid, openTimestamp, type Timestamp } from './timestamp.ts';
import { assertTrusted, parseCertificates } from './timestamp-chain.ts';

export interface Anchor {
  /** When the checkpoint existed already. */
  readonly time: Date;
  /** Whether the authority was one that is trusted; without certificates nobody knows. */
  readonly isTrusted: boolean;
  /** Subject of the certificate that signed, one attribute a line. */
  readonly authority: string;
}

/**
 * That the checkpoint existed at a time, by the word of a time-stamping authority (RFC 3161).
 * @param response the authority's whole answer in DER
 * @param checkpoint the bytes of the signed note
 * @param certificates whom to trust, in PEM; without it only the signature itself is looked at
 * Throws `timestamp-malformed` or `timestamp-invalid`.
 */
export function verifyAnchor(response: Buffer, checkpoint: Uint8Array, certificates?: string): Anchor {
  const timestamp = openTimestamp(response);
  if (!timestamp.imprint.equals(hash('sha256', checkpoint, 'buffer')))
    throw timestampInvalid('it is over something else than this checkpoint');
  if (certificates !== undefined) assertTrusted(timestamp, parseCertificates(certificates));
  return { time: timestamp.time, isTrusted: certificates !== undefined, authority: timestamp.signer.subject };
}

/** The same for an answer that was just asked for. */
export function verifyAnswer(
  response: Buffer,
  asked: { readonly checkpoint: Uint8Array; readonly nonce: bigint },
  certificates?: string,
): Anchor {
  const { nonce }: Timestamp = openTimestamp(response);
  if (nonce !== asked.nonce) throw timestampInvalid('it does not answer this question: its nonce is another');
  return verifyAnchor(response, asked.checkpoint, certificates);
}
