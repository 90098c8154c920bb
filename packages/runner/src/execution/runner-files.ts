import { join } from 'node:path';
import type { StateDirectory } from '@duovir/principal';
import type { TrustFiles } from '../permit/trust-anchor.ts';

/** Where the runner keeps what must outlive it. All but the trust policy is in its own folder, and it writes into its memory only. */
export interface RunnerFiles extends TrustFiles {
  readonly usedPermits: string;
  readonly executions: string;
  readonly fences: string;
  readonly stops: string;
  readonly plans: string;
}

export function runnerFiles(state: StateDirectory): RunnerFiles {
  const memory = state.memory('runner');
  return {
    folder: state.principal('runner'),
    trustPolicy: state.trustPolicy,
    highestVersion: join(memory, 'trust-policy-version'),
    usedPermits: join(memory, 'used-permits'),
    executions: join(memory, 'executions'),
    fences: join(memory, 'fences'),
    stops: join(memory, 'stops'),
    plans: join(memory, 'plans'),
  };
}
