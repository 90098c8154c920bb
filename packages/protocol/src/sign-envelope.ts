import * as z from 'zod';
import { canonicalJson, parseCanonicalJson } from './canonical-json.ts';
import type { Digest } from './digest.ts';
import { digestOfBytes } from './digest-of.ts';
import { PAYLOAD_TYPE, envelopeSchema, type Envelope } from './envelope.ts';
import { ProtocolError } from './error.ts';
import { payloadBytes, preAuthenticationEncoding } from './sign-input.ts';
import type { Signer } from './signature.ts';
import { verificationHolds, type VerificationKey } from './verification-key.ts';

export async function signEnvelope(signer: Signer, payload: unknown): Promise<Envelope> {
  const bytes = payloadBytes(payload);
  const signature = await signer.sign(preAuthenticationEncoding(PAYLOAD_TYPE, bytes));
  return {
    payload: Buffer.from(bytes).toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ keyid: signer.keyId, sig: Buffer.from(signature).toString('base64') }],
  };
}

export function keyIdOfEnvelope(envelope: Envelope): string {
  return envelope.signatures[0].keyid;
}

/** Checks the signature and returns the payload. Who owns `key`, and whether it may say this, is the caller's question. */
export function openEnvelope(envelope: Envelope, keyId: string, key: VerificationKey): unknown {
  const [signature] = envelope.signatures;
  if (signature.keyid !== keyId) throw new ProtocolError('signature-missing', `No signature by ${keyId}.`);
  const payload = Buffer.from(envelope.payload, 'base64');
  if (
    !verificationHolds(
      key,
      preAuthenticationEncoding(envelope.payloadType, payload),
      Buffer.from(signature.sig, 'base64'),
    )
  )
    throw new ProtocolError('signature-invalid', `The signature of ${keyId} does not match the bytes.`);
  return parseCanonicalJson(payload);
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
  const value = parseCanonicalJson(bytes);
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success)
    throw new ProtocolError('envelope-malformed', `Not a DSSE envelope: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
