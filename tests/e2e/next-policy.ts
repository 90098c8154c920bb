import { loadSigner, OFFICER, signTrustPolicy, stateDirectory } from '@duovir/principal';
import { envelopeSchema, type Passkey, type TrustPolicy } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';

const HOUR_MS = 3_600_000;

/** What the officer signs after the policy in force, put in force by an administrator. */
export async function applyNextPolicy(
  state: string,
  administrator: Client,
  change: (policy: TrustPolicy) => Partial<TrustPolicy>,
): Promise<void> {
  const { policy, digest } = await administrator.trust();
  const now = new Date();
  const next: TrustPolicy = {
    ...policy,
    version: policy.version + 1,
    issuedAt: now.toISOString(),
    supersedes: { digest, decidedUntil: new Date(now.getTime() + HOUR_MS).toISOString() },
    ...change(policy),
  };
  const signed = await signTrustPolicy(loadSigner(stateDirectory(state).officer, OFFICER), next);
  await administrator.applyTrust(envelopeSchema.parse(JSON.parse(signed)));
}

/** What comes of the lines that people bring to the officer: the next trust policy lists their passkeys. */
export async function enrolPasskeys(
  state: string,
  administrator: Client,
  passkeys: Readonly<Record<string, readonly Passkey[]>>,
): Promise<void> {
  await applyNextPolicy(state, administrator, ({ principals }) => ({
    principals: principals.map((principal) => {
      const own = passkeys[principal.name];
      return own ? { ...principal, passkeys: [...own] } : principal;
    }),
  }));
}

/** The passkeys that a person has registered, as a trust policy lists them. */
export async function proposedPasskeys(client: Client): Promise<Passkey[]> {
  const { passkeys } = await client.passkeys();
  return passkeys.map(({ id, publicKey, relyingParty, origins }) => ({ id, publicKey, relyingParty, origins }));
}
