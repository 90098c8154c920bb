import { withPatience, type StateDirectory } from '@duovir/principal';
import { LedgerError, logNoteSigner, parseVkey, PostgresLog, WitnessClient } from '@duovir/ledger';
import type { Signer, TrustPolicy } from '@duovir/protocol';
import { openLogKey } from '../trust/own-keys.ts';

export interface OpenLog {
  readonly log: PostgresLog;
  close(): Promise<void>;
}

/**
 * Opens the log that the trust policy names, with its witnesses. Waits until they are up.
 * @param formerVkeys of the log, by the policy before: the newest checkpoint may still be of that key
 */
export async function openLog(
  state: StateDirectory,
  connectionString: string,
  policy: TrustPolicy,
  { principal }: Pick<Signer, 'principal'>,
  formerVkeys: readonly string[] = [],
): Promise<OpenLog> {
  const logKey = await openLogKey(state, principal, policy);
  const publicKey = Buffer.from(logKey.publicKey, 'base64');
  const signer = logNoteSigner({ name: policy.log.origin, publicKey, signer: logKey });
  const witnesses = policy.witnesses.vkeys.map((vkey) => new WitnessClient(socketOf(state, policy, vkey), vkey));
  const quorum = policy.witnesses.quorum;
  const log = await withPatience(() => PostgresLog.open({ connectionString, signer, formerVkeys, witnesses, quorum }));
  return {
    log,
    close: async () => {
      await log.close();
      for (const witness of witnesses) witness.close();
      logKey.close();
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
