import { openTrustPolicy, type TrustedPolicy } from '@duovir/principal';
import { canonicalJson } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';

/** Every trust policy there was, newest first. The server sends them; that the officer signed them is checked here. */
export async function officerPolicies(client: Client, officer: string): Promise<TrustedPolicy[]> {
  const { history } = await client.trust();
  const versions = await Promise.all(history.map(({ version }) => client.trustVersion(version)));
  return versions
    .map(({ envelope }) => openTrustPolicy(canonicalJson(envelope), officer))
    .toSorted((left, right) => right.policy.version - left.policy.version);
}
