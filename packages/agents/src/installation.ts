import { join } from 'node:path';
import {
  existingStateDirectory,
  loadPinnedOfficer,
  loadSigner,
  TrustPolicyFile,
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
  /** The newest trust policy, verified; never an older one than this agent has seen. */
  readonly trust: () => TrustedPolicy;
}

export function openInstallation(name: string, path: string): AgentInstallation {
  const state = existingStateDirectory(path);
  const folder = state.principal(name);
  const signer = loadSigner(folder, name);
  const officer = loadPinnedOfficer(folder);
  const file = new TrustPolicyFile(state.trustPolicy, officer, join(state.memory(name), 'trust-policy-version'));
  const trust = (): TrustedPolicy => file.current();
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
