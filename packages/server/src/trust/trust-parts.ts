import type { ClockPort, LedgerPort } from '@duovir/engine';
import type { Signer } from '@duovir/protocol';
import type { TrustPolicies } from '../store/trust-policies.ts';
import type { ServerTrust } from './server-trust.ts';

/** What a change of the trust policy touches. */
export interface TrustParts {
  readonly trust: ServerTrust;
  readonly trustPolicies: TrustPolicies;
  readonly ledger: LedgerPort;
  readonly signer: Signer;
  readonly clock: ClockPort;
}

/** What concerns no run. */
export const LOG = 'duovir';
