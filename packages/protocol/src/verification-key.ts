import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Passkey } from './passkey.ts';
import { passkeySignatureHolds } from './passkey-signature.ts';
import { keyIdOf, publicKeyFromRaw, signatureHolds } from './signature.ts';
import type { Principal } from './trust-policy.ts';

/** With what a principal's signature is checked. */
export type VerificationKey =
  | { readonly kind: 'ed25519'; readonly key: KeyObject }
  | { readonly kind: 'passkey'; readonly passkey: Passkey; readonly key: KeyObject };

export function ed25519Key(publicKey: string): VerificationKey {
  return { kind: 'ed25519', key: publicKeyFromRaw(publicKey) };
}

/** Parsed once for each principal of a policy: reading a key takes a fifth as long as checking a signature with it. */
const known = new WeakMap<Principal, ReadonlyMap<string, VerificationKey>>();

/** All keys that speak for the principal, by key id. Only people have passkeys: a process signs with its own key. */
export function keysOfPrincipal(principal: Principal): ReadonlyMap<string, VerificationKey> {
  const keys = known.get(principal) ?? readKeys(principal);
  known.set(principal, keys);
  return keys;
}

function readKeys(principal: Principal): ReadonlyMap<string, VerificationKey> {
  const { name, role, publicKey, passkeys = [] } = principal;
  const keys = new Map([[keyIdOf(name, Buffer.from(publicKey, 'base64')), ed25519Key(publicKey)]]);
  if (role !== 'person') return keys;
  for (const passkey of passkeys) {
    const der = Buffer.from(passkey.publicKey, 'base64');
    const key = publicKeyFromDer(der);
    if (key) keys.set(keyIdOf(name, der), { kind: 'passkey', passkey, key });
  }
  return keys;
}

/** Undefined for a point that is not on the curve: nothing that key is said to have signed holds (Invariant 6). */
function publicKeyFromDer(der: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    // The only thing that can be wrong: `passkeySchema` has settled all other bytes. The owner's other keys still count.
    return undefined;
  }
}

export function verificationHolds(key: VerificationKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  switch (key.kind) {
    case 'ed25519':
      return signatureHolds(key.key, bytes, signature);
    case 'passkey':
      return passkeySignatureHolds(key, bytes, signature);
  }
}
