import type { LedgerEntry, LedgerPort } from '@duovir/engine';

/**
 * The ledger until the server's key goes. What is on its way is let through; then comes the entry that puts another key in force; and
 * nothing after it, for it would be said with a key that counts for nothing any more. Whoever speaks then waits for an answer that
 * does not come, as in a crash: the process ends, and its successor goes on.
 */
export class LastWord implements LedgerPort {
  readonly #ledger: LedgerPort;
  readonly #underWay = new Set<Promise<unknown>>();
  #door: Promise<void> = Promise.resolve();

  constructor(ledger: LedgerPort) {
    this.#ledger = ledger;
  }

  async append(entries: readonly LedgerEntry[]): Promise<readonly number[]> {
    // Asked again after each wait: the door may have been shut by the one before.
    for (let door: Promise<void> | undefined; door !== this.#door;) await (door = this.#door);
    const appended = this.#ledger.append(entries);
    this.#underWay.add(appended);
    try {
      return await appended;
    } finally {
      this.#underWay.delete(appended);
    }
  }

  /** Shuts the door for good. Whether they were written, where this throws, the ledger says at the next start. */
  async appendLast(entries: readonly LedgerEntry[]): Promise<readonly number[]> {
    this.#door = new Promise(() => undefined);
    await Promise.allSettled(this.#underWay);
    return this.#ledger.append(entries);
  }

  find(key: string): ReturnType<LedgerPort['find']> {
    return this.#ledger.find(key);
  }

  prove(index: number): ReturnType<LedgerPort['prove']> {
    return this.#ledger.prove(index);
  }

  head(run: string): ReturnType<LedgerPort['head']> {
    return this.#ledger.head(run);
  }
}
