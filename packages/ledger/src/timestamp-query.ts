import { hash } from 'node:crypto';

/** TimeStampReq of RFC 3161 in DER: version 1, SHA-256, then the imprint, a nonce of 16 bytes, and `certReq`. */
const HEAD = Buffer.from('304b0201013031300d060960864801650304020105000420', 'hex');
const NONCE_HEAD = Buffer.from('0210', 'hex');
const WITH_CERTIFICATES = Buffer.from('0101ff', 'hex');
export const NONCE_BYTES = 16;

export interface TimestampQuery {
  /** `application/timestamp-query`. */
  readonly body: Buffer;
  /** What the answer must repeat: else an old one could be played again. */
  readonly nonce: bigint;
}

/** @param random 16 bytes that nobody can foresee */
export function timestampQuery(content: Uint8Array, random: Uint8Array): TimestampQuery {
  if (random.length !== NONCE_BYTES) throw new RangeError(`A nonce has ${NONCE_BYTES} bytes.`);
  const nonce = Buffer.from(random);
  // Positive and of full length, so that it has one DER form.
  nonce[0] = (nonce.readUInt8(0) & 0x3f) | 0x40;
  const imprint = hash('sha256', content, 'buffer');
  return {
    body: Buffer.concat([HEAD, imprint, NONCE_HEAD, nonce, WITH_CERTIFICATES]),
    nonce: BigInt(`0x${nonce.toString('hex')}`),
  };
}
