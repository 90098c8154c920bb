import { join } from 'node:path';
import type { StateDirectory } from '@duovir/principal';
import type { TrustFiles } from '../permit/trust-anchor.ts';

/** Where the runner keeps what must outlive it. All but the trust policy is in its own folder. */
export interface RunnerFiles extends TrustFiles {
  readonly usedPermits: string;
  readonly executions: string;
  readonly fences: string;
  readonly stops: string;
}

export function runnerFiles(state: StateDirectory): RunnerFiles {
  const folder = state.principal('runner');
  return {
    folder,
    trustPolicy: state.trustPolicy,
    highestVersion: join(folder, 'trust-policy-version'),
    usedPermits: join(folder, 'used-permits'),
    executions: join(folder, 'executions'),
    fences: join(folder, 'fences'),
    stops: join(folder, 'stops'),
  };
}
