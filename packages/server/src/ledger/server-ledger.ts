import { withPatience } from '@duovir/principal';
import { envelopeBytes, parseEnvelope, peekStatement, type Envelope } from '@duovir/protocol';
import type { LedgerEntry, LedgerPort } from '@duovir/engine';
import { LeafGuard } from '../audit/leaf-guard.ts';
import { formatProof, type PostgresLog, type RunHead } from '@duovir/ledger';

/** The ledger as engine and API use it: it waits while PostgreSQL or the witness is away, then says so. */
export class ServerLedger implements LedgerPort {
  readonly #log: PostgresLog;
  readonly #guard: LeafGuard;

  constructor(log: PostgresLog, guard = new LeafGuard()) {
    this.#log = log;
    this.#guard = guard;
  }

  /** Throws `entry-secret`, and appends none of them, where one holds what must not be there (Invariant 12). */
  async append(entries: readonly LedgerEntry[]): Promise<readonly number[]> {
    const prepared = entries.map(({ envelope, ...entry }) => {
      const statement = peekStatement(envelope);
      this.#guard.inspect(statement);
      return { ...entry, kind: statement.kind, body: envelopeBytes(envelope) };
    });
    return withPatience(async () => (await this.#log.append(prepared)).indexes);
  }

  find(key: string): Promise<{ readonly index: number; readonly envelope: Envelope } | undefined> {
    return withPatience(async () => {
      const entry = await this.#log.find(key);
      return entry && { index: entry.index, envelope: parseEnvelope(entry.body) };
    });
  }

  prove(index: number): Promise<string> {
    return withPatience(async () => formatProof(await this.#log.prove(index)));
  }

  head(run: string): Promise<RunHead> {
    return withPatience(() => this.#log.head(run));
  }
}
