import { hash, timingSafeEqual, verify, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { parseCanonicalJson } from './canonical-json.ts';
import { DuovirError } from './error.ts';
import { assertionSchema, type Assertion, type Passkey } from './passkey.ts';

/** RP id hash, flags and sign counter (W3C WebAuthn Level 3, 6.1). Extensions are never asked for, so nothing follows. */
const AUTHENTICATOR_DATA_BYTES = 37;
const RELYING_PARTY_HASH_BYTES = 32;
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const KNOWN_FLAGS = USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE | BACKED_UP;

/** Browsers may add members (5.8.1); these decide. A page framed by another one, or a bound connection, is not what people sign in. */
const clientDataSchema = z.looseObject({
  type: z.literal('webauthn.get'),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.literal(false).optional(),
  topOrigin: z.undefined().optional(),
  tokenBinding: z.undefined().optional(),
});

/**
 * Whether the passkey's owner, present and verified, signed `message` on a page of the passkey's own (WebAuthn Level 3, 7.2).
 * The challenge is the digest of the message. Whatever cannot be read does not hold (Invariant 6). The sign counter is left
 * out: synchronised passkeys have none, and an auditor reads years later.
 */
export function passkeySignatureHolds(
  { passkey, key }: { readonly passkey: Passkey; readonly key: KeyObject },
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const assertion = readAssertion(signature);
  if (!assertion) return false;
  const authenticatorData = Buffer.from(assertion.authenticatorData, 'base64url');
  const clientData = Buffer.from(assertion.clientDataJSON, 'base64url');
  return (
    isForThis(clientData, passkey, message) &&
    isByVerifiedUser(authenticatorData, passkey) &&
    isSigned(key, Buffer.concat([authenticatorData, hash('sha256', clientData, 'buffer')]), assertion.signature)
  );
}

function readAssertion(signature: Uint8Array): Assertion | undefined {
  try {
    return assertionSchema.safeParse(parseCanonicalJson(signature)).data;
  } catch (error) {
    if (error instanceof DuovirError) return undefined;
    throw error;
  }
}

function isForThis(bytes: Buffer, { origins }: Passkey, message: Uint8Array): boolean {
  const clientData = readClientData(bytes);
  if (!clientData || !origins.includes(clientData.origin)) return false;
  const expected = Buffer.from(hash('sha256', message, 'base64url'));
  const challenge = Buffer.from(clientData.challenge);
  return challenge.length === expected.length && timingSafeEqual(challenge, expected);
}

function readClientData(bytes: Buffer): z.infer<typeof clientDataSchema> | undefined {
  try {
    return clientDataSchema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))).data;
  } catch (error) {
    // Not UTF-8, or not JSON.
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isByVerifiedUser(authenticatorData: Buffer, { relyingParty }: Passkey): boolean {
  if (authenticatorData.length !== AUTHENTICATOR_DATA_BYTES) return false;
  const flags = authenticatorData.readUInt8(RELYING_PARTY_HASH_BYTES);
  const isSet = (flag: number): boolean => (flags & flag) !== 0;
  return (
    hash('sha256', relyingParty, 'buffer').equals(authenticatorData.subarray(0, RELYING_PARTY_HASH_BYTES)) &&
    (flags & ~KNOWN_FLAGS) === 0 &&
    isSet(USER_PRESENT) &&
    isSet(USER_VERIFIED) &&
    (isSet(BACKUP_ELIGIBLE) || !isSet(BACKED_UP))
  );
}

/** ES256 (ECDSA over P-256, DER) or EdDSA (Ed25519): what `passkeySchema` lets in. */
function isSigned(key: KeyObject, bytes: Buffer, signature: string): boolean {
  const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return verify(algorithm, bytes, key, Buffer.from(signature, 'base64url'));
}
