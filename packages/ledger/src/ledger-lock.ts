import type { ClientBase } from 'pg';
import { LedgerError } from './error.ts';

/** Any fixed number: it makes "the one writer of this database" a thing that can be locked. */
const SEQUENCER_LOCK = '7310587653429618034';
const LOCK_POLL_MS = 50;

/**
 * Makes this connection the one that may write, for as long as it lives. Throws `ledger-locked`.
 * @param waitMs how long a predecessor that was just killed may take to let go
 */
export async function lockLedger(client: ClientBase, waitMs: number): Promise<void> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
      SEQUENCER_LOCK,
    ]);
    if (rows[0]?.locked) return;
    if (performance.now() > deadline)
      throw new LedgerError('ledger-locked', 'Another process is the sequencer of this ledger.');
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
}
