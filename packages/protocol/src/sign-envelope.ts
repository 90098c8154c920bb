import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import { canonicalJson, digestOfBytes, parseCanonicalJson } from './canonical-json.ts';
import type { Digest } from './digest.ts';
import { MAX_PAYLOAD_BYTES, PAYLOAD_TYPE, envelopeSchema, type Envelope } from './envelope.ts';
import { ProtocolError } from './error.ts';
import { signatureHolds, type Signer } from './signature.ts';

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
