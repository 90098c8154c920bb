import { canonicalJson } from './canonical-json.ts';
import { MAX_PAYLOAD_BYTES } from './envelope.ts';
import { ProtocolError } from './error.ts';

const encoder = new TextEncoder();

/** The bytes of a payload, as they stand in the envelope. */
export function payloadBytes(payload: unknown): Uint8Array<ArrayBuffer> {
  const bytes = encoder.encode(canonicalJson(payload));
  if (bytes.length > MAX_PAYLOAD_BYTES)
    throw new ProtocolError(
      'envelope-malformed',
      `A statement has at most ${MAX_PAYLOAD_BYTES} bytes; this one has ${bytes.length}.`,
    );
  return bytes;
}

/** DSSE v1 pre-authentication encoding: type confusion is impossible because type and lengths are signed. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const type = encoder.encode(payloadType);
  const head = encoder.encode(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `);
  const encoding = new Uint8Array(head.length + payload.length);
  encoding.set(head);
  encoding.set(payload, head.length);
  return encoding;
}
