import { openTrustPolicy, signTrustPolicy } from '@duovir/principal';
import type { Signer, TrustPolicy } from '@duovir/protocol';
import { CliError } from '../error.ts';

/** Signs, and believes neither key nor program: what the pinned key does not verify is thrown away. */
export async function signPolicy(policy: TrustPolicy, signer: Signer, officerPublicKey: string): Promise<string> {
  const signed = await signTrustPolicy(signer, policy);
  try {
    openTrustPolicy(signed, officerPublicKey);
  } catch (cause) {
    throw new CliError(
      'unverified',
      'The signature is not one of the officer key that this installation has pinned.',
      "Sign with the key whose public half is the state directory's officer/public.pem.",
      cause,
    );
  }
  return signed;
}
