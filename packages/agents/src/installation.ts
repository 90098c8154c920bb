import {
  existingStateDirectory,
  loadPinnedOfficer,
  loadSigner,
  loadTrustPolicy,
  type StateDirectory,
  type TrustedPolicy,
} from '@duovir/principal';
import { keyIdOf, type Principal, type Signer } from '@duovir/protocol';
import { AgentError } from './error.ts';

/** One agent's own view of an installation: its key, its pinned officer, what it was enrolled for. */
export interface AgentInstallation {
  readonly state: StateDirectory;
  readonly signer: Signer;
  readonly principal: Principal;
  /** Reads and verifies the trust policy anew. */
  readonly trust: () => TrustedPolicy;
}

export function openInstallation(name: string, path: string): AgentInstallation {
  const state = existingStateDirectory(path);
  const folder = state.principal(name);
  const signer = loadSigner(folder, name);
  const officer = loadPinnedOfficer(folder);
  const trust = (): TrustedPolicy => loadTrustPolicy(state.trustPolicy, officer);
  return { state, signer, principal: enrolled(trust(), signer), trust };
}

/** Speaking under a name the officer gave to another key would only be found out later, by others. */
function enrolled({ policy }: TrustedPolicy, signer: Signer): Principal {
  const principal = policy.principals.find(({ name }) => name === signer.principal);
  if (!principal || keyIdOf(principal.name, Buffer.from(principal.publicKey, 'base64')) !== signer.keyId)
    throw new AgentError(
      'role-unknown',
      `The trust policy does not enrol ${signer.principal} with the key it has here.`,
    );
  return principal;
}
