import { loadSigner, OFFICER, signTrustPolicy, stateDirectory } from '@duovir/principal';
import { envelopeSchema, type Passkey, type TrustPolicy } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';

const HOUR_MS = 3_600_000;

/** What the officer does with the lines that people bring: the next trust policy lists their passkeys, and he signs it. */
export async function enrolPasskeys(
  state: string,
  administrator: Client,
  passkeys: Readonly<Record<string, readonly Passkey[]>>,
): Promise<void> {
  const { policy, digest } = await administrator.trust();
  const now = new Date();
  const next: TrustPolicy = {
    ...policy,
    version: policy.version + 1,
    issuedAt: now.toISOString(),
    supersedes: { digest, decidedUntil: new Date(now.getTime() + HOUR_MS).toISOString() },
    principals: policy.principals.map((principal) => {
      const own = passkeys[principal.name];
      return own ? { ...principal, passkeys: [...own] } : principal;
    }),
  };
  const signed = await signTrustPolicy(loadSigner(stateDirectory(state).officer, OFFICER), next);
  await administrator.applyTrust(envelopeSchema.parse(JSON.parse(signed)));
}

/** The passkeys that a person has registered, as a trust policy lists them. */
export async function proposedPasskeys(client: Client): Promise<Passkey[]> {
  const { passkeys } = await client.passkeys();
  return passkeys.map(({ id, publicKey, relyingParty, origins }) => ({ id, publicKey, relyingParty, origins }));
}
