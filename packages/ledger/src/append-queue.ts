import type { HashedEntry } from './entry.ts';
import { LedgerError } from './error.ts';
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

export type Write = (entries: readonly HashedEntry[]) => Promise<WriteResult & { readonly size: number }>;

/** Group commit: whatever arrives while one batch is being written makes the next. */
export class AppendQueue {
  readonly #write: Write;
  #pending: Pending[] = [];
  #running: Promise<void> | undefined;
  /** Ends the wait for more callers. */
  #hasten: (() => void) | undefined;

  constructor(write: Write) {
    this.#write = write;
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
    const known = new Map<string, { readonly index: number; readonly leaf: Buffer }>();
    let open = calls;
    for (;;) {
      const fresh = new Map<string, HashedEntry>();
      open = open.filter((call) => this.#admit(call, known, fresh));
      const entries = [...fresh.values()];
      const result = await this.#write(entries);
      if (result.kind === 'known') {
        const before = known.size;
        for (const [key, entry] of result.entries) known.set(key, entry);
        // The database named a key as taken and then did not find it: nothing that can be built on.
        if (known.size === before) throw new LedgerError('ledger-unavailable', 'The keys of the ledger are changing.');
        continue;
      }
      for (const [at, { key, leaf }] of entries.entries()) known.set(key, { index: result.first + at, leaf });
      for (const call of open)
        call.resolve({ indexes: call.entries.map(({ key }) => known.get(key)?.index ?? -1), size: result.size });
      return;
    }
  }

  /** A call is written whole or not at all: one conflict rejects all of it. */
  #admit(
    call: Pending,
    known: ReadonlyMap<string, { readonly leaf: Buffer }>,
    fresh: Map<string, HashedEntry>,
  ): boolean {
    const own = new Map<string, HashedEntry>();
    for (const entry of call.entries) {
      const other = known.get(entry.key) ?? fresh.get(entry.key) ?? own.get(entry.key);
      if (other && !other.leaf.equals(entry.leaf)) {
        call.reject(new LedgerError('entry-conflict', `The key ${entry.key} already names another entry.`));
        return false;
      }
      if (!other) own.set(entry.key, entry);
    }
    for (const [key, entry] of own) fresh.set(key, entry);
    return true;
  }
}
