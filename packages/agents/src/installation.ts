import { join } from 'node:path';
import {
  existingStateDirectory,
  loadPinnedOfficer,
  openSigner,
  TrustPolicyFile,
  type StateDirectory,
  type TrustedPolicy,
} from '@duovir/principal';
import type { Principal, Signer } from '@duovir/protocol';
import { AgentError } from './error.ts';

/** One agent's own view of an installation: its key, its pinned officer, what it was enrolled for. */
export interface AgentInstallation {
  readonly state: StateDirectory;
  readonly signer: Signer;
  readonly principal: Principal;
  /** The newest trust policy, verified; never an older one than this agent has seen. */
  readonly trust: () => TrustedPolicy;
}

export async function openInstallation(name: string, path: string): Promise<AgentInstallation> {
  const state = existingStateDirectory(path);
  const folder = state.principal(name);
  const officer = loadPinnedOfficer(folder);
  const file = new TrustPolicyFile(state.trustPolicy, officer, join(state.memory(name), 'trust-policy-version'));
  const trust = (): TrustedPolicy => file.current();
  const principal = enrolled(trust(), name);
  return { state, signer: await openSigner(folder, name, principal.publicKey), principal, trust };
}

/** Whoever is not enrolled would only be found out later, by others. */
function enrolled({ policy }: TrustedPolicy, name: string): Principal {
  const principal = policy.principals.find((one) => one.name === name);
  if (principal) return principal;
  throw new AgentError('role-unknown', `The trust policy does not enrol ${name}.`);
}
