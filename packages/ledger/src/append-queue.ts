import { Admission } from './admission.ts';
import type { HashedEntry } from './entry.ts';
import { LedgerError } from './error.ts';
import type { KnownEntry } from './ledger-table.ts';
import type { RunState } from './run-state.ts';
import type { WriteResult } from './sequencer.ts';

/** Where entries went. */
export interface Appended {
  /** One index per entry, in the order they were given. */
  readonly indexes: readonly number[];
  /** A checkpoint of this size covers them all. */
  readonly size: number;
}

interface Pending {
  readonly entries: readonly HashedEntry[];
  resolve(appended: Appended): void;
  reject(error: unknown): void;
}

/** Bounds of one batch: above them, latency grows and throughput no longer does. */
const MAX_BATCH_ENTRIES = 1024;
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
/** Enough to begin with, so that the database works while the other callers are still preparing their entries. */
const PROMPT_BATCH_ENTRIES = 64;

/** Where batches go. Only durable entries count; nobody else writes. */
export interface BatchPort {
  /** Those of the runs that have entries. */
  runs(names: ReadonlySet<string>): Promise<ReadonlyMap<string, RunState>>;
  /** Those of the keys that are taken. */
  known(keys: readonly string[]): Promise<ReadonlyMap<string, KnownEntry>>;
  /** @param runs what they are once the entries are durable */
  write(
    entries: readonly HashedEntry[],
    runs: ReadonlyMap<string, RunState>,
  ): Promise<WriteResult & { readonly size: number }>;
}

/** Group commit: whatever arrives while one batch is being written makes the next. */
export class AppendQueue {
  readonly #log: BatchPort;
  #pending: Pending[] = [];
  #running: Promise<void> | undefined;
  /** Ends the wait for more callers. */
  #hasten: (() => void) | undefined;

  constructor(log: BatchPort) {
    this.#log = log;
  }

  append(entries: readonly HashedEntry[]): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ entries, resolve, reject });
      this.#start();
      if (this.#pending.length >= PROMPT_BATCH_ENTRIES) this.#hasten?.();
    });
  }

  /** Resolves when everything appended so far is answered. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      // A caller that was answered by the last batch may have appended before this ran.
      if (this.#pending.length > 0) this.#start();
    });
  }

  async #run(): Promise<void> {
    // One turn of the event loop, so that callers that were woken together share a batch.
    await new Promise<void>((resolve) => {
      const turn = setImmediate(resolve);
      this.#hasten = () => {
        clearImmediate(turn);
        resolve();
      };
    });
    this.#hasten = undefined;
    while (this.#pending.length > 0) {
      const calls = this.#takeBatch();
      try {
        await this.#writeCalls(calls);
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
    }
  }

  #takeBatch(): Pending[] {
    let entries = 0;
    let bytes = 0;
    const end = this.#pending.findIndex((call, at) => {
      entries += call.entries.length;
      bytes += call.entries.reduce((sum, { body }) => sum + body.length, 0);
      return at > 0 && (entries > MAX_BATCH_ENTRIES || bytes > MAX_BATCH_BYTES);
    });
    return this.#pending.splice(0, end < 0 ? this.#pending.length : end);
  }

  /** Entries whose key is known are answered from what is there; the rest is written again without them. */
  async #writeCalls(calls: readonly Pending[]): Promise<void> {
    const entries = calls.flatMap((call) => call.entries);
    const runs = await this.#log.runs(new Set(entries.map(({ run }) => run)));
    let known = new Map<string, KnownEntry>();
    let isLookedUp = false;
    const lookUp = async (): Promise<void> => {
      known = new Map([...known, ...(await this.#log.known(entries.map(({ key }) => key)))]);
      isLookedUp = true;
    };
    for (;;) {
      const admission = new Admission({ runs, known });
      const refused = new Map<Pending, LedgerError>();
      for (const call of calls) {
        const admitted = admission.admit(call.entries);
        if (admitted.kind === 'refused') refused.set(call, admitted.error);
      }
      // Whoever repeats what is already there is answered, whatever became of the run since.
      if (refused.size > 0 && !isLookedUp) {
        await lookUp();
        continue;
      }
      const fresh = [...admission.fresh.values()];
      const result = await this.#log.write(fresh, admission.runs);
      if (result.kind === 'taken') {
        // The database named a key as taken and then did not find it: nothing that can be built on.
        if (isLookedUp) throw new LedgerError('ledger-unavailable', 'The keys of the ledger are changing.');
        await lookUp();
        continue;
      }
      const indexes = new Map(fresh.map(({ key }, at) => [key, result.first + at]));
      for (const call of calls) {
        const error = refused.get(call);
        if (error) call.reject(error);
        else
          call.resolve({
            indexes: call.entries.map(({ key }) => indexes.get(key) ?? known.get(key)?.index ?? -1),
            size: result.size,
          });
      }
      return;
    }
  }
}
