import type { Amount } from './amount.ts';
import type { Lane, LevelLimits, LevelState } from './level.ts';

/** The kill switch as a person has left it: while there is one, no model is called. */
export interface Stop {
  readonly reason: string;
  readonly person: string;
  readonly since: Date;
}

export interface BudgetAlert {
  readonly level: string;
  /** Of the cap, or of the part of it that work may spend. */
  readonly percent: 50 | 80 | 100;
  readonly spent: Amount;
  readonly cap: Amount;
}

export type Unsubscribe = () => void;

/** Reserves the worst case of every model call before it is made (Invariant 8). */
export interface BudgetLedger {
  /**
   * Resolves when the bound is reserved on all levels; until then nothing is. Waits its turn while open reservations of
   * others may still give room back. A level is opened with the limits given here, and takes changed ones over as soon
   * as what was used fits into them. A call id is good for one reservation: a retry is another call.
   *
   * Throws `budget-exhausted`, `budget-crowded`, `model-stopped`, `call-repeated`, `budget-unavailable`, or the reason
   * of the signal.
   */
  reserve(call: string, levels: readonly LevelLimits[], bound: Amount, lane: Lane, signal: AbortSignal): Promise<void>;
  /**
   * Books what the call has cost, gives the rest back, and returns what was booked. Without an amount the whole bound is
   * booked: what is not known was spent. Idempotent. Throws `bound-exceeded` after it has booked the bound, each time it
   * is called, and `reservation-unknown`.
   */
  settle(call: string, actual: Amount | undefined): Promise<Amount>;
  /** At start: settles in full what dead processes have left open. Returns how many reservations those were. */
  recover(): Promise<number>;
  /** Levels whose id starts with the prefix, in the order of their ids. */
  levels(prefix?: string): Promise<readonly LevelState[]>;
  stopped(): Promise<Stop | null>;
  stop(reason: string, person: string): Promise<void>;
  /** Lifts the stop that began at `since`, and no later one: whoever decided that has not heard of it. */
  resume(person: string, since: Date): Promise<void>;
  /** Called in every process within moments of a stop, and again after each reconnection while it lasts. */
  onStop(listener: (stop: Stop) => void): Unsubscribe;
  onAlert(listener: (alert: BudgetAlert) => void): Unsubscribe;
  close(): Promise<void>;
}
