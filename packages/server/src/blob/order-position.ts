import type { PostgresLog } from '@duovir/ledger';
import { readEntry } from '../api/run-entries.ts';
import type { Database } from '../store/database.ts';

/** What concerns no run. */
const LOG = 'duovir';
const PAGE = 1000;

/** How far the ledger's orders to shred are known to be carried out. A database from a backup knows of fewer, and is told again. */
export class OrderPosition {
  readonly #database: Database;
  readonly #log: PostgresLog;
  #position = 0;

  constructor(database: Database, log: PostgresLog) {
    this.#database = database;
    this.#log = log;
  }

  /** Every `blob-shred` since. */
  async *orders(): AsyncGenerator<{ readonly commitment: string; readonly entry: number }> {
    const [row] = await this.#database.query('select position from duovir.shredding_position');
    const from = Number(row?.['position'] ?? 0);
    // A ledger that has lost entries is shorter than what was read of it.
    this.#position = Math.min(from, this.#log.status().size);
    for (let page = PAGE; page === PAGE;) {
      const entries = await this.#log.entries({ run: LOG, from: this.#position, limit: PAGE });
      for (const entry of entries) {
        if (entry.kind !== 'blob-shred') continue;
        yield { commitment: readEntry(entry).statement.subject, entry: entry.index };
      }
      page = entries.length;
      this.#position = (entries.at(-1)?.index ?? this.#position - 1) + 1;
    }
  }

  /** All that were given out are carried out. */
  async advance(): Promise<void> {
    await this.#database.query('update duovir.shredding_position set position = $1', [this.#position]);
  }
}
