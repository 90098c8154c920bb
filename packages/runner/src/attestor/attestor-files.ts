import { join } from 'node:path';
import type { StateDirectory } from '@duovir/principal';
import type { TrustFiles } from '../permit/trust-anchor.ts';

/** Where the attestor keeps what must outlive it. All but the trust policy is in its own folder. */
export interface AttestorFiles extends TrustFiles {
  readonly baselines: string;
  readonly plans: string;
}

export function attestorFiles(state: StateDirectory): AttestorFiles {
  const memory = state.memory('attestor');
  return {
    folder: state.principal('attestor'),
    trustPolicy: state.trustPolicy,
    highestVersion: join(memory, 'trust-policy-version'),
    baselines: join(memory, 'baselines'),
    plans: join(memory, 'plans'),
  };
}
