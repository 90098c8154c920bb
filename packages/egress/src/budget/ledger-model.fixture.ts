import { admit } from './admission.fixture.ts';
import { fits, minus, nothing, plus, smaller, type Amount } from './amount.ts';
import type { Lane, LevelLimits, LevelState } from './level.ts';
import type { Attempt, Claim } from './reservation.ts';

/** Stands for every statement that is sent and every lock that is waited for: the place where others get in between. */
export type Tick = () => Promise<void>;

type Reservation =
  | { readonly kind: 'open'; readonly claim: Claim }
  | { readonly kind: 'settled'; readonly claim: Claim; readonly charged: Amount };

/**
 * The budget's functions over rows in memory, with the same locks in the same order: what PostgreSQL does in between is
 * a tick here, so that schedules can be played. differential.test.ts holds PostgreSQL to it.
 */
export class LedgerModel {
  readonly #tick: Tick;
  readonly #rows = new Map<string, LevelState>();
  readonly #reservations = new Map<string, Reservation>();
  readonly #locks = new Map<string, Promise<void>>();

  constructor(tick: Tick) {
    this.#tick = tick;
  }

  get levels(): readonly LevelState[] {
    return [...this.#rows.values()].toSorted((left, right) => (left.id < right.id ? -1 : 1));
  }

  async attempt(claim: Claim): Promise<Attempt> {
    await this.#tick();
    this.open(claim.levels);
    return this.locked(claim.levels, async () => {
      const admission = this.decide(claim);
      if (admission.kind === 'exhausted') throw new Error('budget-exhausted');
      if (admission.kind === 'crowded') return admission;
      await this.#tick();
      this.limit(claim.levels);
      this.book(claim, claim.bound, nothing);
      this.#reservations.set(claim.call, { kind: 'open', claim });
      await this.#tick();
      return { kind: 'reserved' };
    });
  }

  async settle(call: string, actual: Amount | undefined): Promise<Amount> {
    await this.#tick();
    const known = this.#reservations.get(call);
    if (!known) throw new Error('reservation-unknown');
    const { claim } = known;
    return this.locked(claim.levels, async () => {
      const current = this.#reservations.get(call);
      if (current?.kind === 'settled') return current.charged;
      const charged = actual && fits(actual, claim.bound) ? actual : claim.bound;
      this.#reservations.set(call, { kind: 'settled', claim, charged });
      await this.#tick();
      this.book(claim, minus(nothing, claim.bound), charged);
      return charged;
    });
  }

  /** What a dead process has left open. */
  async recover(): Promise<void> {
    for (const [call, { kind }] of this.#reservations) if (kind === 'open') await this.settle(call, undefined);
  }

  protected decide({ levels, bound, lane }: Claim): ReturnType<typeof admit> {
    return admit(this.states(levels), bound, lane);
  }

  /** The levels as they are, under the limits that are wanted now. */
  protected states(levels: readonly LevelLimits[]): readonly LevelState[] {
    return levels.flatMap((wanted) => {
      const row = this.#rows.get(wanted.id);
      return row ? [{ ...row, ...wanted }] : [];
    });
  }

  /** Where work has used more than it would now get, the landing reserve becomes as large as is possible. */
  protected limit(levels: readonly LevelLimits[]): void {
    for (const level of this.states(levels)) {
      const { spent, reserved } = level.use.work;
      const landing = smaller(level.landing, minus(minus(level.cap, spent), reserved));
      this.#rows.set(level.id, { ...level, landing });
    }
  }

  protected book({ levels, lane }: Claim, reserved: Amount, spent: Amount): void {
    for (const level of levels.flatMap(({ id }) => this.#rows.get(id) ?? [])) {
      const use = level.use[lane];
      const changed = { reserved: plus(use.reserved, reserved), spent: plus(use.spent, spent) };
      this.#rows.set(level.id, { ...level, use: { ...level.use, [lane]: changed } });
    }
  }

  protected open(levels: readonly LevelLimits[]): void {
    const unused = { spent: nothing, reserved: nothing };
    for (const level of levels)
      if (!this.#rows.has(level.id)) this.#rows.set(level.id, { ...level, use: { work: unused, landing: unused } });
  }

  protected async tick(): Promise<void> {
    await this.#tick();
  }

  /** Row locks, one after the other in the order of the ids, held to the end of the transaction. */
  protected async locked<Result>(levels: readonly LevelLimits[], work: () => Promise<Result>): Promise<Result> {
    const releases: (() => void)[] = [];
    for (const { id } of levels) {
      await this.#tick();
      while (this.#locks.has(id)) await this.#locks.get(id);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#locks.set(id, promise);
      releases.push(() => {
        this.#locks.delete(id);
        resolve();
      });
    }
    try {
      return await work();
    } finally {
      for (const release of releases) release();
    }
  }
}

/** What products ship. Each is a fault that the schedules must find. */
export const brokenLedgers: Readonly<Record<string, new (tick: Tick) => LedgerModel>> = {
  'refuses only once the cap is passed': class extends LedgerModel {
    protected override decide(claim: Claim): ReturnType<typeof admit> {
      return this.#decideOn(claim, nothing);
    }
    #decideOn({ levels, lane }: Claim, bound: Amount): ReturnType<typeof admit> {
      return admit(this.states(levels).map(withoutReservations), bound, lane);
    }
  },
  'checks the estimate but does not reserve it': class extends LedgerModel {
    protected override decide({ levels, bound, lane }: Claim): ReturnType<typeof admit> {
      return admit(this.states(levels).map(withoutReservations), bound, lane);
    }
  },
  'checks in one transaction and reserves in the next': class extends LedgerModel {
    protected override async locked<Result>(
      levels: readonly LevelLimits[],
      work: () => Promise<Result>,
    ): Promise<Result> {
      await super.locked(levels, async () => this.tick());
      return work();
    }
  },
};

function withoutReservations(level: LevelState): LevelState {
  const forget = (lane: Lane): LevelState['use'][Lane] => ({ spent: level.use[lane].spent, reserved: nothing });
  return { ...level, use: { work: forget('work'), landing: forget('landing') } };
}
