import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadTrustPolicy, type StateDirectory } from '@duovir/principal';
import { keyIdOf, rawPublicKey, type Signer } from '@duovir/protocol';
import type { TrustPort } from '@duovir/engine';
import { ServerError } from './error.ts';

/** Loads the trust policy with the officer key pinned in the server's own folder. It must enrol this server's key. */
export function loadTrust(state: StateDirectory, signer: Signer): TrustPort {
  const pinned = createPublicKey(readFileSync(join(state.principal(signer.principal), 'officer.pem')));
  const trusted = loadTrustPolicy(state.trustPolicy, rawPublicKey(pinned).toString('base64'));
  const own = trusted.policy.principals.find(({ name, role }) => role === 'server' && name === signer.principal);
  if (!own || keyIdOf(own.name, Buffer.from(own.publicKey, 'base64')) !== signer.keyId)
    throw new ServerError('trust-policy-foreign', "The trust policy does not enrol this server's key.");
  return { current: () => trusted };
}
