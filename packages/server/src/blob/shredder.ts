import type { PostgresLog } from '@duovir/ledger';
import type { ShredReason } from '@duovir/protocol';
import { stateAudit, type AuditParts } from '../audit/state-audit.ts';
import { ServerError } from '../error.ts';
import type { EventFeed } from '../feed/event-feed.ts';
import type { Database } from '../store/database.ts';
import type { Placeholders } from '../store/placeholders.ts';
import type { Runs } from '../store/runs.ts';
import { BlobRows, type BlobRow } from './blob-rows.ts';
import { commitmentsOf } from './committed.ts';
import { destroy, type Order } from './destroy.ts';
import { OrderPosition } from './order-position.ts';

export interface ShredderParts extends AuditParts {
  readonly database: Database;
  readonly log: PostgresLog;
  readonly runs: Runs;
  readonly feed: EventFeed;
  readonly placeholders: Placeholders;
  /** What the engine remembers of runs. */
  readonly journal: {
    isOver(run: string): Promise<boolean>;
    forget(run: string): Promise<void>;
  };
}

export interface Shredded {
  readonly commitment: string;
  readonly run: string;
  readonly entry: number;
}

/** Destroys sealed content for good. The ledger says so first, and is what a crash is made good from. */
export class Shredder {
  readonly rows: BlobRows;
  readonly #parts: ShredderParts;

  constructor(parts: ShredderParts) {
    this.#parts = parts;
    this.rows = new BlobRows(parts.database);
  }

  /** Throws before anything is destroyed: `blob-unknown`, `blob-in-use`, `blob-uncommitted`. */
  async shred(person: string, reason: ShredReason, commitments: readonly string[]): Promise<readonly Shredded[]> {
    const blobs = await this.#known(commitments);
    const committed = await this.#committed(blobs);
    const shredded: Shredded[] = [];
    for (const { commitment, run } of blobs) {
      const about = { subject: commitment, key: `blob-shred/${commitment}` };
      const { index } = await stateAudit(this.#parts, 'blob-shred', { person, reason }, about);
      await this.#carryOut({ run, commitment, entry: index }, committed.get(run) ?? new Map());
      shredded.push({ commitment, run, entry: index });
    }
    return shredded;
  }

  /** What the ledger ordered and a crash, or a database restored from a backup, has left undone. */
  async finish(): Promise<void> {
    const position = new OrderPosition(this.#parts.database, this.#parts.log);
    for await (const { commitment, entry } of position.orders()) {
      const [blob] = await this.rows.find([commitment]);
      if (!blob) continue;
      // A run whose end was cut off by the crash is ended first; the next start comes back to it.
      if (!(await this.#parts.journal.isOver(blob.run))) return;
      await this.#carryOut({ run: blob.run, commitment, entry }, await commitmentsOf(this.#parts.log, blob.run));
    }
    await position.advance();
  }

  async #carryOut(order: Order, committed: ReadonlyMap<string, number>): Promise<void> {
    const { database, feed, placeholders, journal } = this.#parts;
    await destroy(database, order, committed);
    await journal.forget(order.run);
    placeholders.forget(order.run);
    feed.forget();
  }

  async #known(commitments: readonly string[]): Promise<readonly BlobRow[]> {
    const blobs = await this.rows.find(commitments);
    const missing = commitments.find((wanted) => blobs.every(({ commitment }) => commitment !== wanted));
    if (missing !== undefined) throw new ServerError('blob-unknown', `There is no blob ${missing}.`);
    return blobs;
  }

  /** By run. */
  async #committed(blobs: readonly BlobRow[]): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
    const byRun = new Map<string, ReadonlyMap<string, number>>();
    for (const run of new Set(blobs.map((blob) => blob.run))) {
      const { state } = await this.#parts.runs.view(run);
      if (state.kind !== 'settled' || !(await this.#parts.journal.isOver(run)))
        throw new ServerError('blob-in-use', `${run} has not ended.`);
      byRun.set(run, await commitmentsOf(this.#parts.log, run));
    }
    for (const { run, commitment, role } of blobs)
      if (byRun.get(run)?.has(commitment) !== true)
        throw new ServerError('blob-uncommitted', `No entry commits to the ${role} ${commitment} of ${run}.`);
    return byRun;
  }
}
