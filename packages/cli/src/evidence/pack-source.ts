import type { PackSource } from '@duovir/ledger';
import type { StateDirectory } from '@duovir/principal';
import type { Client } from '@duovir/sdk';
import { firstEntryFrom } from './first-entry.ts';
import { remoteLog } from './remote-log.ts';
import { exportLedger } from './verify.ts';

/** A server as the source of a pack from a time on. Nothing of what it gives is believed: the pack verifies itself. */
export function remoteSource(client: Client, state: StateDirectory, from: string | null): PackSource {
  return {
    writeLog: async (folder) => exportLedger(client, state, folder, await firstEntryFrom(remoteLog(client), from)),
    openings: ({ first, size }) => client.openings(first, size),
    sign: async (manifest, about) => client.exportEvidence({ manifest, ...about }),
  };
}
