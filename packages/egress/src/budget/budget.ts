import { EgressError } from '../error.ts';
import { assertAmount, fits, minus, nothing, plus, type Amount } from './amount.ts';

/** One cap: of a day, a team, an agent or a run. */
export interface LevelLimits {
  readonly cap: Amount;
  /** Part of the cap that only verification and undo may use, so that a run can always come down safely. */
  readonly landing: Amount;
}

export type BudgetUse = 'work' | 'landing';

export interface LevelState extends LevelLimits {
  readonly spent: Amount;
  readonly reserved: Amount;
}

type Call =
  | { readonly kind: 'reserved'; readonly bound: Amount; readonly levels: readonly string[] }
  | { readonly kind: 'settled'; readonly charged: Amount };

/**
 * Reserves the worst case of a call on all its levels before it is made, or on none (Invariant 8). Each method runs to
 * its end without waiting, so no other call can get in between check and booking.
 */
export class Budget {
  readonly #levels = new Map<string, LevelState>();
  readonly #calls = new Map<string, Call>();

  openLevel(id: string, limits: LevelLimits): void {
    assertAmount(limits.cap);
    assertAmount(limits.landing);
    const { spent, reserved } = this.#levels.get(id) ?? { spent: nothing, reserved: nothing };
    this.#levels.set(id, { ...limits, spent, reserved });
  }

  level(id: string): LevelState {
    const level = this.#levels.get(id);
    if (!level) throw new EgressError('budget-level-unknown', `There is no budget level ${id}.`);
    return level;
  }

  /** Idempotent by call id. Throws `budget-exhausted` when one level cannot take the worst case; then none has changed. */
  reserve(call: string, levels: readonly string[], bound: Amount, use: BudgetUse): void {
    assertAmount(bound);
    if (this.#calls.has(call)) return;
    const distinct = [...new Set(levels)];
    if (distinct.length === 0) throw new EgressError('budget-level-unknown', `The call ${call} names no budget level.`);
    for (const id of distinct)
      if (!hasRoom(this.level(id), bound, use))
        throw new EgressError('budget-exhausted', `Level ${id} has not enough left for the worst case of this call.`);
    for (const id of distinct) this.#book(id, nothing, bound);
    this.#calls.set(call, { kind: 'reserved', bound, levels: distinct });
  }

  /**
   * Books what the call has cost and gives the rest back. Without an amount (abort, crash, timeout, no usage reported)
   * the whole bound is booked: what is not known was spent. Idempotent by call id.
   */
  settle(call: string, actual?: Amount): Amount {
    const state = this.#calls.get(call);
    if (!state) throw new EgressError('reservation-unknown', `Nothing is reserved for the call ${call}.`);
    if (state.kind === 'settled') return state.charged;
    if (actual) assertAmount(actual);
    const exceeded = actual !== undefined && !fits(actual, state.bound);
    const charged = actual === undefined || exceeded ? state.bound : actual;
    for (const id of state.levels) this.#book(id, charged, minus(nothing, state.bound));
    this.#calls.set(call, { kind: 'settled', charged });
    if (exceeded)
      throw new EgressError('bound-exceeded', `The call ${call} has cost more than the worst case reserved for it.`);
    return charged;
  }

  #book(id: string, spent: Amount, reserved: Amount): void {
    const level = this.level(id);
    this.#levels.set(id, { ...level, spent: plus(level.spent, spent), reserved: plus(level.reserved, reserved) });
  }
}

function hasRoom(level: LevelState, bound: Amount, use: BudgetUse): boolean {
  const limit = use === 'landing' ? level.cap : minus(level.cap, level.landing);
  return fits(plus(plus(level.spent, level.reserved), bound), limit);
}
