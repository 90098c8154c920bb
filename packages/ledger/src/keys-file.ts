import { openTrustPolicy, type TrustedPolicy } from '@duovir/principal';
import { canonicalJson, envelopeDigest, envelopeSchema, type Digest, type Envelope } from '@duovir/protocol';
import * as z from 'zod';
import { openRestore, type TrustedRestore } from './restore.ts';

export const KEYS_FILE = 'keys.json';

/**
 * `keys.json` of an exported log: the officer's key and every trust policy it signed. All other keys (log, witnesses,
 * principals) are inside those, so that nothing in the folder vouches for itself.
 */
export const keysFileSchema = z.strictObject({
  format: z.literal('duovir-keys/v1'),
  /** Raw Ed25519 public key, base64. Compare it with the one you were given. */
  officer: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
  trustPolicies: z.array(envelopeSchema).min(1).max(1000),
  /** Restore decisions: why the log is shorter than a witness once saw it. */
  restores: z.array(envelopeSchema).max(100),
});

export interface PublishedKeys {
  readonly officer: string;
  readonly trustPolicies: readonly Envelope[];
  readonly restores: readonly Envelope[];
}

export function formatKeysFile({ officer, trustPolicies, restores }: PublishedKeys): string {
  return `${canonicalJson({ format: 'duovir-keys/v1', officer, trustPolicies, restores })}\n`;
}

/** The trust policies and restore decisions that the officer signed, by digest. */
export interface KeyRing {
  readonly newest: TrustedPolicy;
  readonly policies: ReadonlyMap<Digest, TrustedPolicy>;
  /** Digest of the officer's envelope, by digest of the policy. */
  readonly signatures: ReadonlyMap<Digest, Digest>;
  readonly restores: ReadonlyMap<Digest, TrustedRestore>;
}

/** Throws when a policy or a decision is not signed by `officer`. */
export function openKeyRing(
  trustPolicies: readonly Envelope[],
  officer: string,
  restores: readonly Envelope[] = [],
): KeyRing {
  const opened = trustPolicies.map((envelope) => ({
    trusted: openTrustPolicy(canonicalJson(envelope), officer),
    signature: envelopeDigest(envelope),
  }));
  const policies = opened.map(({ trusted }) => trusted);
  return {
    newest: policies.reduce((left, right) => (right.policy.version > left.policy.version ? right : left)),
    policies: new Map(policies.map((trusted) => [trusted.digest, trusted])),
    signatures: new Map(opened.map(({ trusted, signature }) => [trusted.digest, signature])),
    restores: new Map(
      restores.map((envelope) => openRestore(envelope, officer)).map((trusted) => [trusted.digest, trusted]),
    ),
  };
}
