import type { PackSource } from '@duovir/ledger';
import type { StateDirectory } from '@duovir/principal';
import type { Client } from '@duovir/sdk';
import { exportLedger } from './verify.ts';

/** A server as the source of an evidence pack. Nothing of what it gives is believed: the pack verifies itself. */
export function remoteSource(client: Client, state: StateDirectory): PackSource {
  return {
    writeLog: (folder) => exportLedger(client, state, folder),
    openings: (from, to) => client.openings(from, to),
    sign: async (manifest, about) => client.exportEvidence({ manifest, ...about }),
  };
}
