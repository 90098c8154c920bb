import type { Digest, QuorumRule, TrustPolicy } from '@duovir/protocol';
import { EngineError } from './error.ts';
import type { FrozenMotion } from './motion.ts';
import type { Ports } from './ports.ts';

/** The trust policy of that digest. What was never in force, or is forgotten, decides nothing (Invariant 6). */
export function policyOf({ trust }: Pick<Ports, 'trust'>, digest: Digest): TrustPolicy {
  const known = trust.known(digest);
  if (!known) throw new EngineError('trust-policy-unknown', `The trust policy ${digest} is not known here.`);
  return known.policy;
}

/** Undefined for a class that nothing covers: denied. */
export function ruleOf(
  ports: Pick<Ports, 'trust'>,
  { riskClass, trustPolicy }: Pick<FrozenMotion, 'riskClass' | 'trustPolicy'>,
): QuorumRule | undefined {
  return riskClass === 'R4' ? undefined : policyOf(ports, trustPolicy).quorum[riskClass];
}
