import { withPatience, type StateDirectory } from '@duovir/principal';
import { LedgerError, logNoteSigner, parseVkey, PostgresLog, WitnessClient } from '@duovir/ledger';
import type { Signer, TrustPolicy } from '@duovir/protocol';
import { ServerError } from '../error.ts';

export interface OpenLog {
  readonly log: PostgresLog;
  close(): Promise<void>;
}

/** Opens the log that the trust policy names, with its witnesses. Waits until they are up. */
export async function openLog(
  state: StateDirectory,
  connectionString: string,
  policy: TrustPolicy,
  signer: Signer,
): Promise<OpenLog> {
  const own = policy.principals.find(({ name, role }) => role === 'server' && name === signer.principal);
  if (!own) throw new ServerError('trust-policy-foreign', 'The trust policy does not name this server.');
  const noteSigner = logNoteSigner({
    name: policy.log.origin,
    publicKey: Buffer.from(own.publicKey, 'base64'),
    signer,
  });
  if (noteSigner.vkey !== policy.log.vkey)
    throw new ServerError('trust-policy-foreign', "The log key of the trust policy is not this server's.");
  const witnesses = policy.witnesses.vkeys.map((vkey) => new WitnessClient(socketOf(state, policy, vkey), vkey));
  const quorum = policy.witnesses.quorum;
  const log = await withPatience(() => PostgresLog.open({ connectionString, signer: noteSigner, witnesses, quorum }));
  return {
    log,
    close: async () => {
      await log.close();
      for (const witness of witnesses) witness.close();
    },
  };
}

/** The witness principal that holds the key: its name is that of its socket. */
function socketOf(state: StateDirectory, policy: TrustPolicy, vkey: string): string {
  const { rawKey } = parseVkey(vkey);
  const principal = policy.principals.find(
    ({ role, publicKey }) => role === 'witness' && Buffer.from(publicKey, 'base64').equals(rawKey),
  );
  if (!principal) throw new LedgerError('vkey-malformed', 'A witness of the trust policy is not among its principals.');
  return state.socket(principal.name);
}
