import { openSigner } from './open-signer.ts';
import { loadPinnedOfficer } from './pinned-officer.ts';
import type { OwnedSigner } from './signer/external-signer.ts';
import type { StateDirectory } from './state-directory.ts';
import { loadTrustPolicy } from './trust/signed-policy.ts';

/** The signer of the key that the trust policy enrols for the principal, by the officer that it has pinned itself. */
export function openEnrolledSigner(state: StateDirectory, name: string): Promise<OwnedSigner> {
  const folder = state.principal(name);
  const { policy } = loadTrustPolicy(state.trustPolicy, loadPinnedOfficer(folder));
  return openSigner(folder, name, policy.principals.find((principal) => principal.name === name)?.publicKey);
}
