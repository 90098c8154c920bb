import { openLogSigner, openSigner, PrincipalError, type OwnedSigner, type StateDirectory } from '@duovir/principal';
import { LedgerError, parseVkey } from '@duovir/ledger';
import { publicKeyFromRaw, signatureHolds, type Principal, type TrustPolicy } from '@duovir/protocol';
import { ServerError } from '../error.ts';

const PROBE = Buffer.from('duovir/key-probe/v1\n');

/** The server's own entry in a trust policy. */
export function serverIn({ principals }: TrustPolicy, name: string): Principal | undefined {
  return principals.find((principal) => principal.role === 'server' && principal.name === name);
}

/** Whether the server signs statements or checkpoints with another key under the second policy. */
export function hasOtherKeys(before: TrustPolicy, after: TrustPolicy, name: string): boolean {
  return before.log.vkey !== after.log.vkey || serverIn(before, name)?.publicKey !== serverIn(after, name)?.publicKey;
}

/** The key that the policy names for the log, which is the server's or one of its own. Throws `trust-policy-foreign`. */
export async function openLogKey(state: StateDirectory, name: string, { log }: TrustPolicy): Promise<OwnedSigner> {
  const key = parseLogKey(log.vkey);
  if (key?.purpose !== 'log' || key.name !== log.origin)
    throw new ServerError('trust-policy-foreign', 'The verifier key of the log is not one of its origin.');
  return openLogSigner(state.principal(name), name, key.rawKey.toString('base64'));
}

function parseLogKey(vkey: string): ReturnType<typeof parseVkey> | undefined {
  try {
    return parseVkey(vkey);
  } catch (error) {
    if (error instanceof LedgerError) return undefined;
    throw error;
  }
}

/**
 * That both keys of a policy are here and sign, before it is in force: afterwards there would be no way back to the old ones.
 * What is signed is no statement and no checkpoint. Throws what is wrong with them.
 */
export async function proveKeys(state: StateDirectory, name: string, policy: TrustPolicy): Promise<void> {
  const own = serverIn(policy, name);
  if (!own) throw new ServerError('trust-policy-unsound', "This policy takes the server's key away.");
  try {
    await proveKey(await openSigner(state.principal(name), name, own.publicKey));
    await proveKey(await openLogKey(state, name, policy));
  } catch (cause) {
    if (!(cause instanceof PrincipalError)) throw cause;
    throw new ServerError(
      'trust-policy-unsound',
      `The server could not sign under this policy: ${cause.message}`,
      cause,
    );
  }
}

async function proveKey(signer: OwnedSigner): Promise<void> {
  try {
    const signature = await signer.sign(PROBE);
    if (!signatureHolds(publicKeyFromRaw(signer.publicKey), PROBE, signature))
      throw new ServerError('trust-policy-unsound', 'The key that this policy gives the server does not sign.');
  } finally {
    signer.close();
  }
}
