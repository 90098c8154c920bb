import * as z from 'zod';
import type { KeyObject } from 'node:crypto';
import { canonicalJson, digestOfBytes, parseCanonicalJson, type Digest } from './canonical-json.ts';
import { ProtocolError } from './error.ts';
import { signatureHolds, type Signer } from './signature.ts';

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

/** DSSE v1 pre-authentication encoding: type confusion is impossible because type and lengths are signed. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

export async function signEnvelope(signer: Signer, payload: unknown): Promise<Envelope> {
  const bytes = Buffer.from(canonicalJson(payload));
  if (bytes.length > MAX_PAYLOAD_BYTES)
    throw new ProtocolError(
      'envelope-malformed',
      `A statement has at most ${MAX_PAYLOAD_BYTES} bytes; this one has ${bytes.length}.`,
    );
  const signature = await signer.sign(preAuthenticationEncoding(PAYLOAD_TYPE, bytes));
  return {
    payload: bytes.toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ keyid: signer.keyId, sig: Buffer.from(signature).toString('base64') }],
  };
}

export function keyIdOfEnvelope(envelope: Envelope): string {
  return envelope.signatures[0].keyid;
}

/** Checks the signature and returns the payload. Who owns `key`, and whether it may say this, is the caller's question. */
export function openEnvelope(envelope: Envelope, keyId: string, key: KeyObject): unknown {
  const [signature] = envelope.signatures;
  if (signature.keyid !== keyId) throw new ProtocolError('signature-missing', `No signature by ${keyId}.`);
  const payload = Buffer.from(envelope.payload, 'base64');
  if (
    !signatureHolds(key, preAuthenticationEncoding(envelope.payloadType, payload), Buffer.from(signature.sig, 'base64'))
  )
    throw new ProtocolError('signature-invalid', `The signature of ${keyId} does not match the bytes.`);
  return parseCanonicalJson(payload.toString('utf8'));
}

/** The bytes of a ledger entry: the canonical JSON of the envelope. */
export function envelopeBytes(envelope: Envelope): Buffer {
  return Buffer.from(canonicalJson(envelope));
}

/** Names one signed statement: the digest of its entry bytes. */
export function envelopeDigest(envelope: Envelope): Digest {
  return digestOfBytes(envelopeBytes(envelope));
}

export function parseEnvelope(bytes: Uint8Array): Envelope {
  const value = parseCanonicalJson(Buffer.from(bytes).toString('utf8'));
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success)
    throw new ProtocolError('envelope-malformed', `Not a DSSE envelope: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
