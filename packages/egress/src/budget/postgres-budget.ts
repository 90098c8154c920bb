import { randomInt } from 'node:crypto';
import { EgressError } from '../error.ts';
import { assertAmount, fits, nothing, type Amount } from './amount.ts';
import type { Ask } from './ask.ts';
import type { BudgetAlert, BudgetLedger, Stop, Unsubscribe } from './budget-ledger.ts';
import { BudgetListener } from './budget-listener.ts';
import { readLevels } from './level-rows.ts';
import type { Lane, LevelLimits, LevelState } from './level.ts';
import { readSwitch, switchOff, switchOn } from './model-switch.ts';
import { openCallsOfTheDead } from './recovery.ts';
import { ReservationQueue } from './reservation-queue.ts';
import { attemptReservation, settleReservation } from './reservation.ts';

const PATIENCE_MS = 120_000;
/** Owners are random, so that a restarted process is never taken for its predecessor. */
const OWNERS = 2 ** 47;

export interface PostgresBudgetOptions {
  readonly database: { query: Ask };
  /** For a connection of its own, on which the kill switch is heard. */
  readonly connectionString: string;
  readonly now: () => Date;
  /** How long a call waits for room. */
  readonly patienceMs?: number;
}

/** The budget in PostgreSQL. Its tables must exist (`budgetSchema`). */
export function createPostgresBudget(options: PostgresBudgetOptions): BudgetLedger {
  return new PostgresBudget(options);
}

class PostgresBudget implements BudgetLedger {
  readonly #ask: Ask;
  readonly #now: () => Date;
  readonly #patienceMs: number;
  readonly #owner = randomInt(OWNERS);
  readonly #queue: ReservationQueue;
  readonly #listener: BudgetListener;
  readonly #onStop = new Set<(stop: Stop) => void>();
  readonly #onAlert = new Set<(alert: BudgetAlert) => void>();

  constructor({ database, connectionString, now, patienceMs = PATIENCE_MS }: PostgresBudgetOptions) {
    this.#ask = (sql, values) => database.query(sql, values);
    this.#now = now;
    this.#patienceMs = patienceMs;
    this.#queue = new ReservationQueue({
      attempt: (claim) => attemptReservation(this.#ask, this.#owner, claim, now()),
      release: (claim) => this.settle(claim.call, nothing),
      patienceMs,
    });
    this.#listener = new BudgetListener({
      connectionString,
      owner: this.#owner,
      onSwitch: () => this.#obeySwitch(),
      onRoom: () => this.#queue.wake(),
    });
  }

  async reserve(
    call: string,
    levels: readonly LevelLimits[],
    bound: Amount,
    lane: Lane,
    signal: AbortSignal,
  ): Promise<void> {
    for (const amount of [bound, ...levels.flatMap(({ cap, landing }) => [cap, landing])]) assertAmount(amount);
    for (const { id, cap, landing } of levels)
      if (!fits(landing, cap))
        throw new EgressError('amount-invalid', `The landing reserve of ${id} is larger than its cap.`);
    const distinct = [...new Map(levels.map((level) => [level.id, level])).values()];
    if (distinct.length === 0) throw new EgressError('budget-level-unknown', `The call ${call} names no budget level.`);
    await this.#listener.listening(this.#patienceMs, signal);
    await this.#queue.enter({ call, levels: distinct, bound, lane }, signal);
  }

  async settle(call: string, actual: Amount | undefined): Promise<Amount> {
    if (actual) assertAmount(actual);
    const { charged, exceeded, alerts } = await settleReservation(this.#ask, call, actual, this.#now());
    this.#queue.wake();
    for (const alert of alerts) for (const listener of this.#onAlert) listener(alert);
    if (exceeded)
      throw new EgressError('bound-exceeded', `The call ${call} has cost more than the worst case reserved for it.`);
    return charged;
  }

  async recover(): Promise<number> {
    await this.#listener.listening(this.#patienceMs, new AbortController().signal);
    const calls = await openCallsOfTheDead(this.#ask, this.#owner);
    for (const call of calls) await this.settle(call, undefined);
    return calls.length;
  }

  levels(prefix = ''): Promise<readonly LevelState[]> {
    return readLevels(this.#ask, prefix);
  }

  stopped(): Promise<Stop | null> {
    return readSwitch(this.#ask);
  }

  stop(reason: string, person: string): Promise<void> {
    return switchOff(this.#ask, { reason, person, since: this.#now() });
  }

  resume(person: string, since: Date): Promise<void> {
    return switchOn(this.#ask, person, since);
  }

  onStop(listener: (stop: Stop) => void): Unsubscribe {
    this.#onStop.add(listener);
    return () => void this.#onStop.delete(listener);
  }

  onAlert(listener: (alert: BudgetAlert) => void): Unsubscribe {
    this.#onAlert.add(listener);
    return () => void this.#onAlert.delete(listener);
  }

  close(): Promise<void> {
    return this.#listener.close();
  }

  async #obeySwitch(): Promise<void> {
    const stop = await this.stopped();
    if (stop) for (const listener of this.#onStop) listener(stop);
    this.#queue.wake();
  }
}
