import { digestOf } from './digest-of.ts';
import type { Digest } from './digest.ts';
import type { TrustPolicy } from './trust-policy.ts';

export function trustPolicyDigest(policy: TrustPolicy): Digest {
  return digestOf(policy);
}
