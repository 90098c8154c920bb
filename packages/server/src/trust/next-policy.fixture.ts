import { loadSigner, OFFICER, signTrustPolicy, type StateDirectory, type TrustedPolicy } from '@duovir/principal';
import { parseCanonicalJson, type Envelope, type QuorumRule, type Signer, type TrustPolicy } from '@duovir/protocol';

const withPerson: Partial<QuorumRule> = { groups: 2, people: 1, cardholderPeople: 2 };

/** A sound policy that follows the one in force, changed as the test wants it. */
export function nextPolicy({ policy, digest }: TrustedPolicy, change: Partial<TrustPolicy> = {}): TrustPolicy {
  const { R0, R1 } = policy.quorum;
  if (!R0 || !R1) throw new RangeError('The policy of the fixture has rules for every class.');
  return {
    ...policy,
    version: policy.version + 1,
    issuedAt: '2026-02-01T00:00:00.000Z',
    supersedes: { digest, decidedUntil: '2026-02-02T00:00:00.000Z' },
    quorum: { R0, R1, R2: { ...R1, ...withPerson }, R3: { ...R1, ...withPerson } },
    ...change,
  };
}

export function officerOf(state: StateDirectory): Signer {
  return loadSigner(state.officer, OFFICER);
}

export async function sealed(officer: Signer, policy: TrustPolicy): Promise<Envelope> {
  return parseCanonicalJson(await signTrustPolicy(officer, policy)) as Envelope;
}
