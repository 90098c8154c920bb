import type { PostgresLog } from '@duovir/ledger';
import type { EntryKind, Statement } from '@duovir/protocol';
import { runEntries } from '../api/run-entries.ts';

/** What the ledger says about itself, of one kind, in order. */
export async function entriesOfKind<Kind extends EntryKind>(log: PostgresLog, kind: Kind): Promise<Statement<Kind>[]> {
  return (await runEntries(log, 'duovir', [kind])).map(({ statement }) => statement);
}
