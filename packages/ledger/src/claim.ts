import { isUtf8 } from 'node:buffer';
import {
  openEnvelope,
  PAYLOAD_TYPE,
  parseCanonicalJson,
  parseEnvelope,
  parseStatement,
  preAuthenticationEncoding,
  signatureHolds,
  type Envelope,
  type Statement,
  type VerificationKey,
} from '@duovir/protocol';
import { readCanonicalJson } from './canonical-text.ts';

/** What an entry says, and who is said to say it: form only, nothing about the signature. */
export interface Claim {
  readonly envelope: Envelope;
  readonly payload: Buffer;
  readonly statement: Statement;
}

/** The canonical form of every envelope whose key id needs no escapes. */
const PLAIN =
  /^\{"payload":"([A-Za-z0-9+/]*={0,2})","payloadType":"application\/vnd\.in-toto\+json","signatures":\[\{"keyid":"([a-z0-9/-]{1,160})","sig":"([A-Za-z0-9+/]*={0,2})"\}\]\}$/;

/** Refuses every text that is not its own canonical form, so that one statement has one entry; throws what is wrong with it. */
export function readClaim(bytes: Buffer): Claim {
  const envelope = plainEnvelope(bytes.toString('latin1')) ?? parseEnvelope(bytes);
  const payload = Buffer.from(envelope.payload, 'base64');
  // What is no UTF-8 the slow way refuses.
  const document = isUtf8(payload) ? readCanonicalJson(payload.toString('utf8')) : parseCanonicalJson(payload);
  return { envelope, payload, statement: parseStatement(document) };
}

function plainEnvelope(text: string): Envelope | undefined {
  const [, payload, keyid, sig] = PLAIN.exec(text) ?? [];
  if (payload === undefined || keyid === undefined || sig === undefined) return undefined;
  // In whole groups of four characters; anything else the slow way refuses.
  if (payload.length % 4 !== 0 || sig.length % 4 !== 0) return undefined;
  return { payload, payloadType: PAYLOAD_TYPE, signatures: [{ keyid, sig }] };
}

/** Throws `signature-invalid` unless `key` signed exactly this. */
export function checkSignature({ envelope, payload }: Claim, key: VerificationKey): void {
  const [{ keyid, sig }] = envelope.signatures;
  const isSigned =
    key.kind === 'ed25519' &&
    signatureHolds(key.key, preAuthenticationEncoding(envelope.payloadType, payload), Buffer.from(sig, 'base64'));
  if (!isSigned) openEnvelope(envelope, keyid, key);
}
