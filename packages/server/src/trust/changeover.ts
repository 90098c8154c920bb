import type { LedgerEntry } from '@duovir/engine';
import type { StateDirectory } from '@duovir/principal';
import type { TrustPolicy } from '@duovir/protocol';
import type { LastWord } from './last-word.ts';
import { hasOtherKeys, proveKeys } from './own-keys.ts';

export interface ChangeoverParts {
  readonly state: StateDirectory;
  /** The server as a principal. */
  readonly name: string;
  readonly ledger: LastWord;
  /** Ends this process once whoever asked has an answer; its successor has the new keys. */
  end(): void;
}

/** How the server passes from its keys to those that a new trust policy names for it and the log. */
export class Changeover {
  readonly #parts: ChangeoverParts;

  constructor(parts: ChangeoverParts) {
    this.#parts = parts;
  }

  isNeeded(before: TrustPolicy, after: TrustPolicy): boolean {
    return hasOtherKeys(before, after, this.#parts.name);
  }

  /** The process that starts again by itself; undefined where none has to. */
  restarts(before: TrustPolicy, after: TrustPolicy): string | undefined {
    return this.isNeeded(before, after) ? this.#parts.name : undefined;
  }

  /** Throws unless the new keys can be used here. */
  prepare(after: TrustPolicy): Promise<void> {
    return proveKeys(this.#parts.state, this.#parts.name, after);
  }

  append(entries: readonly LedgerEntry[]): Promise<readonly number[]> {
    return this.#parts.ledger.appendLast(entries);
  }

  end(): void {
    this.#parts.end();
  }
}
