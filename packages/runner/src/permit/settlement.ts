import type { Envelope, TrustPolicy } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { assertLogged } from './ledger-proof.ts';
import { openSigned } from './signed-statement.ts';

/** The run is settled and the ledger says so: nobody may pull a sandbox away before (Invariant 9). */
export function assertSettled(run: string, settlement: Envelope, proof: string, policy: TrustPolicy): void {
  const { statement } = openSigned(settlement, 'settlement', 'server', policy, 'settlement-forged');
  if (statement.run !== run)
    throw new RunnerError('settlement-forged', `The settlement is of ${statement.run}, not of ${run}.`);
  try {
    assertLogged(settlement, proof, policy);
  } catch (cause) {
    if (!(cause instanceof RunnerError)) throw cause;
    throw new RunnerError('settlement-forged', `The settlement is not proven to be in the ledger: ${cause.message}`, {
      cause,
    });
  }
}
