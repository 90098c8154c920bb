import { readFileSync } from 'node:fs';
import * as z from 'zod';
import {
  canonicalJson,
  ed25519Key,
  isSoundKey,
  keyIdOf,
  openEnvelope,
  parseEnvelope,
  signEnvelope,
  trustPolicyDigest,
  trustPolicySchema,
  type Digest,
  type Principal,
  type Signer,
  type TrustPolicy,
} from '@duovir/protocol';
import { PrincipalError } from '../error.ts';

/** Owner name in the key id of the officer, whose key signs trust policies. */
export const OFFICER = 'officer';
/** A SubjectPublicKeyInfo of P-256 is longer. */
const ED25519_DER_BYTES = 44;
const KIND = 'urn:duovir:trust-policy:v1';
const signedPolicySchema = z.strictObject({ kind: z.literal(KIND), policy: trustPolicySchema });

export interface TrustedPolicy {
  readonly policy: TrustPolicy;
  readonly digest: Digest;
}

export async function signTrustPolicy(officer: Signer, policy: TrustPolicy): Promise<string> {
  return canonicalJson(await signEnvelope(officer, { kind: KIND, policy: trustPolicySchema.parse(policy) }));
}

/** Reads the trust policy and accepts it only with the pinned officer key's signature. */
export function openTrustPolicy(text: string, officerPublicKey: string): TrustedPolicy {
  try {
    const keyId = keyIdOf(OFFICER, Buffer.from(officerPublicKey, 'base64'));
    const payload = openEnvelope(parseEnvelope(Buffer.from(text.trim())), keyId, ed25519Key(officerPublicKey));
    const { policy } = signedPolicySchema.parse(payload);
    assertDistinct(policy);
    assertSound(policy);
    return { policy, digest: trustPolicyDigest(policy) };
  } catch (cause) {
    throw new PrincipalError(
      'trust-policy-invalid',
      `The trust policy is not one that the pinned officer key signed: ${cause instanceof Error ? cause.message : 'unreadable'}`,
      'Restore the signed trust policy, or have the security officer sign this one.',
      cause,
    );
  }
}

/** One key or one name under two principals would let one process, or one device, speak for two (Invariant 2). */
function assertDistinct({ principals }: TrustPolicy): void {
  if (new Set(principals.map(({ name }) => name)).size !== principals.length)
    throw new Error('two principals have the same name');
  const keys = principals.flatMap(keysAsBytes);
  if (new Set(keys).size !== keys.length) throw new Error('two principals have the same key');
}

/** A key of small order has signatures that hold for any text; whoever enrolled one would let anybody speak. */
function assertSound({ principals }: TrustPolicy): void {
  const unsound = principals.find(
    ({ publicKey, passkeys = [] }) =>
      !isSoundKey(Buffer.from(publicKey, 'base64')) || passkeys.some((passkey) => !isSoundPasskey(passkey.publicKey)),
  );
  if (unsound) throw new Error(`the key of ${unsound.name} is not a sound point of the curve`);
}

function isSoundPasskey(publicKey: string): boolean {
  const der = Buffer.from(publicKey, 'base64');
  return der.length !== ED25519_DER_BYTES || isSoundKey(der.subarray(-32));
}

/** Compared as bytes: base64 can spell one key in several ways. */
function keysAsBytes({ publicKey, passkeys = [] }: Principal): string[] {
  return [publicKey, ...passkeys.map((passkey) => passkey.publicKey)].map((key) =>
    Buffer.from(key, 'base64').toString('hex'),
  );
}

export function loadTrustPolicy(path: string, officerPublicKey: string): TrustedPolicy {
  return openTrustPolicy(readFileSync(path, 'utf8'), officerPublicKey);
}
