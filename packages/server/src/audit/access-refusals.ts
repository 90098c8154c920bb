import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessAction, Origin } from '@duovir/protocol';
import type { RefusalReason } from './refused-access.ts';
import { stateAudit, type AuditParts } from './state-audit.ts';

export interface Refusal {
  /** Null for whoever has not said, or not shown, who he is. */
  readonly person: string | null;
  readonly action: AccessAction | null;
  readonly reason: RefusalReason;
  readonly origin: Origin;
}

interface Tally {
  readonly refusal: Refusal;
  /** That no entry counts yet. */
  attempts: number;
  /** Of the clock. */
  writtenAt: number | undefined;
  writing: Promise<void> | undefined;
}

export const WINDOW_MS = 60_000;
/** Tallies at once, and so entries in a minute. Beyond it, refusals are counted together, whoever they are about. */
export const MOST_TALLIES = 48;
const FLUSH_MS = 5_000;
/** Of the schema. */
const MOST_ATTEMPTS = 1_000_000;

/**
 * Who is turned away is on record (PCI DSS 10.2.1.4): the first time at once, then as a number once a minute. What was asked for
 * and with which token is in none of it; and nobody can fill the ledger by knocking.
 */
export class AccessRefusals {
  readonly #parts: AuditParts;
  readonly #tallies = new Map<string, Tally>();

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  /** Nobody waits for it: who is turned away is turned away without a ledger, too. */
  note(refusal: Refusal): void {
    const tally = this.#tallyOf(refusal);
    tally.attempts += 1;
    this.#write(tally);
  }

  /** Writes what may be written by now, and forgets what is over. */
  async flush(): Promise<void> {
    for (const [key, tally] of this.#tallies) {
      if (tally.attempts === 0 && tally.writing === undefined && this.#isOver(tally)) this.#tallies.delete(key);
      else this.#write(tally);
    }
    await this.#written();
  }

  /** As long as the server lives. */
  async keepFlushing(ending: AbortSignal): Promise<void> {
    while (!ending.aborted) {
      await this.flush();
      await sleep(FLUSH_MS, undefined, { ref: false });
    }
  }

  /** The last numbers, before the log is stopped. */
  async close(): Promise<void> {
    await this.#written();
    for (const tally of this.#tallies.values()) {
      tally.writtenAt = undefined;
      this.#write(tally);
    }
    await this.#written();
  }

  #tallyOf(refusal: Refusal): Tally {
    const key = keyOf(refusal);
    const known = this.#tallies.get(key);
    if (known) return known;
    const isFull = this.#tallies.size >= MOST_TALLIES;
    if (isFull && (refusal.person !== null || refusal.action !== null))
      return this.#tallyOf({ ...refusal, person: null, action: null });
    const tally: Tally = { refusal, attempts: 0, writtenAt: undefined, writing: undefined };
    this.#tallies.set(key, tally);
    return tally;
  }

  #isOver({ writtenAt }: Tally): boolean {
    return writtenAt === undefined || this.#parts.clock.now().getTime() - writtenAt >= WINDOW_MS;
  }

  #write(tally: Tally): void {
    if (tally.attempts === 0 || tally.writing !== undefined || !this.#isOver(tally)) return;
    tally.writing = this.#append(tally).finally(() => (tally.writing = undefined));
  }

  async #append(tally: Tally): Promise<void> {
    const attempts = Math.min(tally.attempts, MOST_ATTEMPTS);
    tally.attempts -= attempts;
    tally.writtenAt = this.#parts.clock.now().getTime();
    try {
      await stateAudit(this.#parts, 'access-refusal', { ...tally.refusal, attempts });
    } catch (error) {
      tally.attempts += attempts;
      console.error(`${attempts} refused requests are not on record yet:`, error);
    }
  }

  async #written(): Promise<void> {
    for (const { writing } of this.#tallies.values()) await writing;
  }
}

function keyOf({ person, action, reason, origin }: Refusal): string {
  return JSON.stringify([person, action, reason, origin]);
}
