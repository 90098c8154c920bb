import { Pool } from 'pg';
import { AppendQueue, type Appended } from './append-queue.ts';
import { parseCheckpoint } from './checkpoint.ts';
import type { SignedCheckpoint } from './cosigner.ts';
import { selectContext, selectRunNames, type ContextEntry, type ExcerptRange } from './context-table.ts';
import { Cosigning } from './cosigning.ts';
import { hashEntry, type HashedEntry, type LoggedEntry, type NewEntry } from './entry.ts';
import { LedgerError } from './error.ts';
import { EMPTY_ROOT, HASH_BYTES } from './merkle.ts';
import { selectRuns, selectTiles } from './ledger-table.ts';
import type { NoteSigner } from './note-signer.ts';
import type { Proof } from './proof.ts';
import { Prover, type TileSource } from './prover.ts';
import type { RunHead } from './run-head.ts';
import { newRun, type RunState } from './run-state.ts';
import { Sequencer, type WriteResult } from './sequencer.ts';
import type { WitnessPort } from './witness-client.ts';

export interface PostgresLogOptions {
  readonly connectionString: string;
  readonly signer: NoteSigner;
  /** Keys with which the log has signed before this one: the newest checkpoint may still be of one of them. */
  readonly formerVkeys?: readonly string[];
  readonly witnesses: readonly WitnessPort[];
  /** How many witnesses must cosign before a proof is given out. */
  readonly quorum: number;
  readonly now?: () => Date;
  /** How long to wait for the lock of a predecessor that was killed. */
  readonly lockWaitMs?: number;
  /** Runs whose number of entries is kept in memory. */
  readonly knownRuns?: number;
}

export interface LogStatus {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  /** Newest, perhaps not yet cosigned. */
  readonly checkpoint: string;
  readonly cosignedSize: number;
}

const MAX_RETRY_MS = 2000;
/** Each entry may have 64 KB. */
const CONTEXT_PAGE = 500;

/** The log in PostgreSQL. Its tables must exist (`migrate`). */
export class PostgresLog implements TileSource {
  readonly #options: Required<PostgresLogOptions>;
  readonly #pool: Pool;
  readonly #queue: AppendQueue;
  readonly #cosigning: Cosigning;
  readonly #listeners = new Set<() => void>();
  #sequencer: Sequencer;
  #prover: Prover;
  #recovery: Promise<void> | undefined;
  #refusal: LedgerError | undefined;
  #isClosed = false;

  private constructor(options: Required<PostgresLogOptions>, sequencer: Sequencer) {
    this.#options = options;
    this.#sequencer = sequencer;
    this.#prover = new Prover(this);
    // Only reads, and cosignatures, which a witness gives again: no flush is waited for.
    this.#pool = new Pool({
      connectionString: options.connectionString,
      application_name: 'duovir-ledger-reader',
      options: '-c synchronous_commit=off',
      max: 4,
      connectionTimeoutMillis: 5000,
    });
    // An idle connection that dies is replaced by the pool; the query that needs one reports what is wrong.
    this.#pool.on('error', () => undefined);
    this.#queue = new AppendQueue({
      runs: (names) => this.#sequencing((current) => current.runs(names)),
      known: (keys) => this.#sequencing((current) => current.known(keys)),
      write: (entries, states) => this.#write(entries, states),
    });
    this.#cosigning = new Cosigning(options.witnesses, options.quorum, (checkpoint) => this.#keep(checkpoint));
  }

  /**
   * Becomes the sequencer. Throws `ledger-locked`, `ledger-corrupt`, `ledger-unavailable`, `witness-unavailable`,
   * `witness-refused`, or `ledger-behind-witness` when the database is older than what a witness has seen.
   */
  static async open(options: PostgresLogOptions): Promise<PostgresLog> {
    const complete = { now: () => new Date(), lockWaitMs: 5000, knownRuns: 10_000, formerVkeys: [], ...options };
    const log = new PostgresLog(complete, await Sequencer.open(complete));
    try {
      await log.#cosigning.confirm(log.#sequencer.checkpoint, log.#prover);
      return log;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  /**
   * Durable and sequenced when it resolves (Invariant 9). Written whole or not at all. Throws `entry-conflict`,
   * `entry-invalid`, `run-grown`, `run-settled`, or `ledger-unavailable`, after which the same call may be repeated: keys
   * make it idempotent.
   */
  async append(entries: readonly NewEntry[]): Promise<Appended> {
    return this.#queue.append(entries.map(hashEntry));
  }

  /** How many entries a run has, and their chain: what its settlement names. */
  async head(run: string): Promise<RunHead> {
    const known = this.#sequencer.knownRun(run) ?? (await this.#reading(() => selectRuns(this.#pool, [run]))).get(run);
    return (known ?? newRun(run)).head;
  }

  /** Inclusion of one entry under a checkpoint that the quorum of witnesses has cosigned. */
  async prove(index: number): Promise<Proof> {
    const size = this.#sequencer.checkpoint.size;
    if (!Number.isSafeInteger(index) || index < 0 || index >= size)
      throw new LedgerError('entry-missing', `The log of ${size} entries has no entry ${index}.`);
    const checkpoint = await this.#cosigning.covering(index + 1);
    return { index, hashes: await this.#prover.inclusion(index, checkpoint.size), checkpoint: checkpoint.note };
  }

  /** The newest checkpoint that covers everything appended before the call, cosigned. */
  async cosignedCheckpoint(): Promise<SignedCheckpoint> {
    return this.#cosigning.covering(this.#sequencer.checkpoint.size);
  }

  /** Newest cosigned checkpoint, perhaps behind the log. */
  get cosigned(): SignedCheckpoint | undefined {
    return this.#cosigning.cosigned;
  }

  /** Calls back when there is a newer cosigned checkpoint, until the answer is called. */
  onCosigned(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Root of the first `size` entries. */
  rootOf(size: number): Promise<Buffer> {
    return size === 0 ? Promise.resolve(EMPTY_ROOT) : this.#prover.rangeRoot({ from: 0, to: size });
  }

  status(): LogStatus {
    const { note, size } = this.#sequencer.checkpoint;
    const root = parseCheckpoint(note).root.toString('base64');
    const cosignedSize = this.#cosigning.cosigned?.size ?? 0;
    return { origin: this.#options.signer.name, size, root, checkpoint: note, cosignedSize };
  }

  /** Entries from `from` on, in order, of one run or of all. */
  async entries(selection: { from?: number; limit?: number; run?: string }): Promise<LoggedEntry[]> {
    return this.#rows('idx >= $1 and ($3::text is null or run = $3) order by idx limit $2', [
      selection.from ?? 0,
      selection.limit ?? 1000,
      selection.run ?? null,
    ]);
  }

  async entry(index: number): Promise<LoggedEntry> {
    const [entry] = await this.#rows('idx = $1', [index]);
    if (!entry) throw new LedgerError('entry-missing', `There is no entry ${index}.`);
    return entry;
  }

  /** The entry that a key names, if any. */
  async find(key: string): Promise<LoggedEntry | undefined> {
    const [entry] = await this.#rows('key = $1', [key]);
    return entry;
  }

  /** Cosigned checkpoints up to `size`, oldest first: at most `limit`, spread over the whole log. */
  async cosignedHistory(size: number, limit: number): Promise<SignedCheckpoint[]> {
    const rows = await this.#select<{ size: string; cosigned: string }>(
      `select size, cosigned from (
         select size, cosigned, row_number() over (order by size) as place, count(*) over () as total
         from ledger_checkpoint where cosigned is not null and size > 0 and size <= $1
       ) as history
       where place % ceil(total::numeric / $2::numeric)::bigint = 0 or place = total order by size`,
      [size, limit],
    );
    return rows.map((row) => ({ size: Number(row.size), note: row.cosigned }));
  }

  /**
   * Entries below `first` that those from `first` up to, without, `size` rest on, oldest first. Reads the table once up to
   * there; only what is found leaves the database.
   */
  async *context(range: ExcerptRange): AsyncGenerator<ContextEntry> {
    const runs = await this.#reading(() => selectRunNames(this.#pool, range));
    for (let from = 0; ;) {
      const page = { from, first: range.first, runs, limit: CONTEXT_PAGE };
      const entries = await this.#reading(() => selectContext(this.#pool, page));
      yield* entries;
      if (entries.length < CONTEXT_PAGE) return;
      from = (entries.at(-1)?.index ?? 0) + 1;
    }
  }

  async tile(level: number, index: number, width: number): Promise<Buffer> {
    const { frontier, partials } = this.#sequencer.edge;
    const isLast = Math.floor(frontier.size / 256 ** (level + 1)) === index;
    const partial = partials[level];
    if (isLast && partial && partial.length >= width * HASH_BYTES) return partial;
    const [tile] = await this.#reading(() => selectTiles(this.#pool, [{ level, index }]));
    if (!tile) throw new LedgerError('ledger-corrupt', `The tile ${level}/${index} is missing.`);
    return tile.hashes;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#queue.drain();
    await this.#recovery;
    await this.#cosigning.idle();
    await this.#sequencer.close();
    await this.#pool.end();
  }

  async #write(
    entries: readonly HashedEntry[],
    runs: ReadonlyMap<string, RunState>,
  ): Promise<WriteResult & { readonly size: number }> {
    return this.#sequencing(async (sequencer) => {
      if (entries.length === 0)
        return { kind: 'written', first: 0, checkpoint: sequencer.checkpoint, size: sequencer.checkpoint.size };
      const result = await sequencer.write(entries, runs);
      if (result.kind === 'written') this.#cosigning.advance(result.checkpoint, this.#prover);
      return { ...result, size: sequencer.checkpoint.size };
    });
  }

  async #sequencing<Value>(work: (sequencer: Sequencer) => Promise<Value>): Promise<Value> {
    if (this.#refusal) throw this.#refusal;
    if (this.#isClosed) throw new LedgerError('ledger-unavailable', 'The ledger is being closed.');
    if (this.#recovery) throw new LedgerError('ledger-unavailable', 'PostgreSQL is gone; the ledger waits for it.');
    const sequencer = this.#sequencer;
    try {
      if (sequencer.isBroken) throw new LedgerError('ledger-unavailable', 'The connection to PostgreSQL broke.');
      return await work(sequencer);
    } catch (error) {
      this.#recovery ??= this.#recover(sequencer).finally(() => (this.#recovery = undefined));
      throw error;
    }
  }

  /** Takes the lock again and reloads the edge from tiles before anything is written. */
  async #recover(broken: Sequencer): Promise<void> {
    await broken.close().catch(() => undefined);
    for (let wait = 50; !this.#isClosed; wait = Math.min(wait * 2, MAX_RETRY_MS)) {
      try {
        this.#sequencer = await this.#successor(broken.checkpoint.size);
        return;
      } catch (error) {
        if (error instanceof LedgerError && error.consequence === 'ask-person' && error.code !== 'ledger-locked') {
          this.#refusal = error;
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  /** What was acknowledged must still be there; and the witness must agree that nothing was rewritten. */
  async #successor(acknowledged: number): Promise<Sequencer> {
    const sequencer = await Sequencer.open(this.#options);
    try {
      if (sequencer.checkpoint.size < acknowledged)
        throw new LedgerError(
          'ledger-corrupt',
          `${acknowledged} entries were acknowledged, ${sequencer.checkpoint.size} came back.`,
        );
      const source: TileSource = {
        tile: async (level, index) => (await selectTiles(this.#pool, [{ level, index }]))[0]?.hashes ?? Buffer.alloc(0),
      };
      await this.#cosigning.confirm(sequencer.checkpoint, new Prover(source));
      this.#prover = new Prover(this);
      return sequencer;
    } catch (error) {
      await sequencer.close();
      throw error;
    }
  }

  async #keep({ size, note }: SignedCheckpoint): Promise<void> {
    for (const listener of this.#listeners) listener();
    await this.#select('update ledger_checkpoint set cosigned = $2 where size = $1', [size, note]);
  }

  async #rows(condition: string, values: unknown[]): Promise<LoggedEntry[]> {
    const rows = await this.#select<{ idx: string; key: string; run: string; kind: string; body: Buffer; time: Date }>(
      `select idx, key, run, kind, body, time from ledger_entry where ${condition}`,
      values,
    );
    return rows.map(({ idx, ...row }) => ({ index: Number(idx), ...row }));
  }

  async #select<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    return this.#reading(async () => (await this.#pool.query<Row>(text, values)).rows);
  }

  async #reading<Value>(read: () => Promise<Value>): Promise<Value> {
    try {
      return await read();
    } catch (cause) {
      throw new LedgerError('ledger-unavailable', 'PostgreSQL did not answer.', cause);
    }
  }
}
