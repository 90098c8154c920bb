import * as z from 'zod';

export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
/** 48 KB of payload stay below the 65,535 bytes that a tlog-tiles entry may have once in base64. */
export const MAX_PAYLOAD_BYTES = 48 * 1024;

const base64 = z.string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);

/** DSSE v1 envelope with exactly one signature: a statement has one speaker. */
export const envelopeSchema = z.strictObject({
  payload: base64,
  payloadType: z.literal(PAYLOAD_TYPE),
  signatures: z.tuple([z.strictObject({ keyid: z.string().max(160), sig: base64 })]),
});
export type Envelope = z.infer<typeof envelopeSchema>;
