import { loadPinnedOfficer, loadTrustPolicy, type StateDirectory } from '@duovir/principal';
import type { KeyReference, TrustPolicy } from '@duovir/protocol';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The trust policy as the server will accept it, by the officer's key that is pinned there. */
export function trustedPolicy(state: StateDirectory): TrustPolicy {
  return loadTrustPolicy(state.trustPolicy, loadPinnedOfficer(state.principal('server'))).policy;
}

/**
 * Variables through which the server finds providers' keys: those that the signed trust policy names, and no others. They
 * are handed to the server's process alone; agents never get one (Invariant 7).
 */
export function keyVariables({ egress }: TrustPolicy, environment: Environment): Record<string, string> {
  const names = new Set(egress.models.flatMap(({ key }) => namesFor(key)));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function namesFor(key: KeyReference): readonly string[] {
  switch (key.kind) {
    case 'env':
      return [key.name];
    case 'vault':
      return ['VAULT_TOKEN', 'VAULT_TOKEN_FILE', 'HOME'];
    case 'secret-manager':
      return ['GOOGLE_APPLICATION_CREDENTIALS'];
    case 'none':
    case 'file':
      return [];
  }
}
