import {
  trustApplicationSchema,
  trustVersionSchema,
  trustViewSchema,
  type Envelope,
  type TrustApplication,
  type TrustVersion,
  type TrustView,
} from '@duovir/protocol';
import type { Transport } from './transport.ts';

export interface TrustCalls {
  /** The trust policy in force, what is to be said about it, and those before. */
  trust(): Promise<TrustView>;
  trustVersion(version: number): Promise<TrustVersion>;
  /** Puts the policy in force that the officer has signed. */
  applyTrust(envelope: Envelope): Promise<TrustApplication>;
}

export function trustCalls(transport: Transport): TrustCalls {
  return {
    trust: () => transport.json({ path: '/v1/trust' }, trustViewSchema),
    trustVersion: (version) => transport.json({ path: `/v1/trust/${version}` }, trustVersionSchema),
    applyTrust: (envelope) => transport.json({ path: '/v1/trust', body: { envelope } }, trustApplicationSchema),
  };
}
