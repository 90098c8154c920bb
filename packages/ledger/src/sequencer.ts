import { Client, DatabaseError } from 'pg';
import { formatCheckpoint } from './checkpoint.ts';
import type { SignedCheckpoint } from './cosigner.ts';
import type { HashedEntry } from './entry.ts';
import { LedgerError } from './error.ts';
import { EMPTY_EDGE, grow, type RightEdge } from './growth.ts';
import { KnownRuns } from './known-runs.ts';
import { lockLedger } from './ledger-lock.ts';
import { findKeys, insertBatch, selectRuns, type KnownEntry } from './ledger-table.ts';
import type { NoteSigner } from './note-signer.ts';
import { parseVkey } from './vkey.ts';
import { newRun, NO_RUN, type RunState } from './run-state.ts';
import { loadEdge } from './stored-edge.ts';

export interface SequencerOptions {
  readonly connectionString: string;
  readonly signer: NoteSigner;
  /** Keys with which the newest checkpoint may have been signed before the log had this one. */
  readonly formerVkeys: readonly string[];
  readonly now: () => Date;
  /** How long a predecessor that was just killed may take to let go. */
  readonly lockWaitMs: number;
  /** How many runs are remembered; those before them are read again. */
  readonly knownRuns: number;
}

/** What became of a batch. */
export type WriteResult =
  | { readonly kind: 'written'; readonly first: number; readonly checkpoint: SignedCheckpoint }
  /** Nothing was written: some of the keys name an entry already. */
  | { readonly kind: 'taken' };

const unavailable = (cause: unknown): LedgerError =>
  new LedgerError('ledger-unavailable', 'PostgreSQL did not confirm the entries.', cause);

/**
 * The one writer of a log, for as long as its connection lives: the connection that writes is the one that holds the
 * lock, so whoever loses the lock can no longer write.
 */
export class Sequencer {
  readonly #client: Client;
  readonly #options: SequencerOptions;
  readonly #knownRuns: KnownRuns;
  #edge: RightEdge = EMPTY_EDGE;
  #checkpoint: SignedCheckpoint = { size: 0, note: '' };
  #isBroken = false;

  private constructor(options: SequencerOptions) {
    this.#options = options;
    this.#knownRuns = new KnownRuns(options.knownRuns);
    this.#client = new Client({
      connectionString: options.connectionString,
      application_name: 'duovir-ledger',
      keepAlive: true,
      connectionTimeoutMillis: 5000,
    });
    this.#client.on('error', () => this.#break());
    this.#client.on('end', () => this.#break());
  }

  /** Throws `ledger-locked`, `ledger-corrupt` or `ledger-unavailable`. */
  static async open(options: SequencerOptions): Promise<Sequencer> {
    const sequencer = new Sequencer(options);
    try {
      await sequencer.#client.connect();
      // Durable means durable, whatever the server's default is.
      await sequencer.#client.query("set synchronous_commit = on; set statement_timeout = '30s'");
      await lockLedger(sequencer.#client, options.lockWaitMs);
      await sequencer.#load();
      return sequencer;
    } catch (error) {
      await sequencer.close();
      throw error instanceof LedgerError ? error : unavailable(error);
    }
  }

  get edge(): RightEdge {
    return this.#edge;
  }

  get checkpoint(): SignedCheckpoint {
    return this.#checkpoint;
  }

  /** The connection is gone, or what it did is unknown: only a new sequencer may go on. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Undefined says nothing about whether there is such a run. */
  knownRun(run: string): RunState | undefined {
    return this.#knownRuns.get(run);
  }

  /** The runs as they are; those without entries are new. Throws `ledger-unavailable`. */
  async runs(names: ReadonlySet<string>): Promise<ReadonlyMap<string, RunState>> {
    const states = new Map<string, RunState>();
    const unknown: string[] = [];
    for (const run of names) {
      const state = this.#knownRuns.get(run);
      if (state) states.set(run, state);
      else if (run !== NO_RUN) unknown.push(run);
    }
    if (unknown.length === 0) return states;
    // What the same connection reads next is what its last write has left.
    const loaded = await this.#using((client) => selectRuns(client, unknown));
    for (const run of unknown) states.set(run, loaded.get(run) ?? newRun(run));
    this.#knownRuns.keep(loaded);
    return states;
  }

  /** Those of the keys that are taken. Throws `ledger-unavailable`. */
  known(keys: readonly string[]): Promise<ReadonlyMap<string, KnownEntry>> {
    return this.#using((client) => findKeys(client, keys));
  }

  /** Durable when it returns `written`. Throws `ledger-unavailable`; then the entries may or may not be there. */
  async write(entries: readonly HashedEntry[], runs: ReadonlyMap<string, RunState>): Promise<WriteResult> {
    const first = this.#edge.frontier.size;
    const { edge, tiles } = grow(
      this.#edge,
      entries.map(({ leaf }) => leaf),
    );
    return this.#using(async (client) => {
      const checkpoint = await this.#sign(edge);
      try {
        await insertBatch(client, { first, entries, tiles, ...checkpoint, time: this.#options.now() });
      } catch (error) {
        if (error instanceof DatabaseError && error.constraint === 'ledger_entry_key') return { kind: 'taken' };
        throw error;
      }
      this.#edge = edge;
      this.#checkpoint = checkpoint;
      this.#knownRuns.keep(runs);
      return { kind: 'written', first, checkpoint };
    });
  }

  async close(): Promise<void> {
    this.#isBroken = true;
    await this.#client.end();
  }

  #break(): void {
    this.#isBroken = true;
  }

  /** Whatever goes wrong on this connection, what it has done is unknown from then on. */
  async #using<Value>(work: (client: Client) => Promise<Value>): Promise<Value> {
    if (this.#isBroken) throw unavailable(undefined);
    try {
      return await work(this.#client);
    } catch (error) {
      this.#break();
      throw unavailable(error);
    }
  }

  async #sign({ frontier }: RightEdge): Promise<SignedCheckpoint> {
    const { signer } = this.#options;
    const text = formatCheckpoint({ origin: signer.name, size: frontier.size, root: frontier.root() });
    return { size: frontier.size, note: `${text}\n${await signer.signLine(text)}` };
  }

  async #load(): Promise<void> {
    const { signer, formerVkeys } = this.#options;
    const stored = await loadEdge(this.#client, [signer.vkey, ...formerVkeys]);
    if (!stored) {
      this.#checkpoint = await this.#sign(EMPTY_EDGE);
      return;
    }
    const { edge, checkpoint, signatures } = stored;
    const own = parseVkey(signer.vkey).rawKey;
    this.#edge = edge;
    // The witnesses know the new key by now, and cosign nothing of the old one.
    this.#checkpoint = signatures.some(({ key }) => key.rawKey.equals(own)) ? checkpoint : await this.#sign(edge);
  }
}
