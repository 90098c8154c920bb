import { LedgerError, verifyProof } from '@duovir/ledger';
import { envelopeBytes, type Envelope, type TrustPolicy } from '@duovir/protocol';
import { RunnerError } from '../error.ts';

/** The statement is in the ledger, under a checkpoint that the log signed and enough witnesses cosigned (Invariant 9). */
export function assertLogged(envelope: Envelope, proof: string, { log, witnesses }: TrustPolicy): void {
  try {
    verifyProof(proof, envelopeBytes(envelope), {
      logVkey: log.vkey,
      witnessVkeys: witnesses.vkeys,
      quorum: witnesses.quorum,
    });
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    if (cause.code === 'inclusion-invalid')
      throw new RunnerError(
        'permit-not-in-ledger',
        'The proof does not show that exactly this entry is in the ledger.',
        {
          cause,
        },
      );
    throw new RunnerError('ledger-proof-invalid', `The ledger proof is not to be believed: ${cause.message}`, {
      cause,
    });
  }
}
