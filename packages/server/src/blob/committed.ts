import type { PostgresLog } from '@duovir/ledger';
import { entryKinds } from '@duovir/protocol';
import { runEntries } from '../api/run-entries.ts';

/** What the entries of a run commit to, each with the index of its entry. */
export async function commitmentsOf(log: PostgresLog, run: string): Promise<ReadonlyMap<string, number>> {
  const committed = new Map<string, number>();
  for (const { index, statement } of await runEntries(log, run, entryKinds)) {
    const { predicate } = statement;
    // A reviewer's commitment is to its opinion, which is an entry of its own.
    if (statement.kind !== 'commitment' && 'commitment' in predicate && !committed.has(predicate.commitment))
      committed.set(predicate.commitment, index);
  }
  return committed;
}
