import { EgressError } from '../error.ts';
import type { Attempt, Claim } from './reservation.ts';
import { describeShortage, type Shortage } from './shortage.ts';

export interface ReservationQueueOptions {
  /** Tries to reserve; rejects when the claim is refused for good. */
  readonly attempt: (claim: Claim) => Promise<Attempt>;
  /** Gives back what was reserved for somebody who has left meanwhile. */
  readonly release: (claim: Claim) => Promise<unknown>;
  /** How long a claim waits for its turn. */
  readonly patienceMs: number;
}

/**
 * Claims that do not fit yet wait here, first come first served on each level that was too full for them: small calls
 * do not slip past a big one for ever, and a level that is full holds up nobody who does not need it.
 */
export class ReservationQueue {
  readonly #options: ReservationQueueOptions;
  readonly #waiters = new Set<Waiter>();
  /** Counts the moments at which room may have come free, so that none is missed between an attempt and the wait. */
  #wakes = 0;
  #isServing = false;

  constructor(options: ReservationQueueOptions) {
    this.#options = options;
  }

  async enter(claim: Claim, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const wakes = this.#wakes;
    const waiter = new Waiter(claim);
    if (!this.#waiters.values().some((other) => other.isBefore(waiter))) {
      const attempt = await this.#options.attempt(claim);
      if (attempt.kind === 'reserved') {
        if (signal.aborted) await this.#options.release(claim);
        return signal.throwIfAborted();
      }
      waiter.refuse(attempt.shortages);
    }
    this.#waiters.add(waiter);
    if (wakes !== this.#wakes) this.wake();
    const giveUp = (): void => waiter.leave(signal.reason);
    const timer = setTimeout(() => waiter.leave(waiter.tooLong()), this.#options.patienceMs);
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    try {
      await waiter.turn;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      this.#waiters.delete(waiter);
      this.wake();
    }
  }

  /** Room may have come free, or the switch was turned. */
  wake(): void {
    this.#wakes += 1;
    if (!this.#isServing) void this.#serve();
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    for (let seen = -1; seen !== this.#wakes;) {
      seen = this.#wakes;
      await this.#serveRound();
    }
    this.#isServing = false;
  }

  async #serveRound(): Promise<void> {
    const passed: Waiter[] = [];
    for (const waiter of this.#waiters) {
      if (!waiter.isWaiting) continue;
      if (!passed.some((other) => other.isBefore(waiter))) await this.#serveOne(waiter);
      if (waiter.isWaiting) passed.push(waiter);
    }
  }

  async #serveOne(waiter: Waiter): Promise<void> {
    try {
      const attempt = await this.#options.attempt(waiter.claim);
      if (attempt.kind === 'crowded') waiter.refuse(attempt.shortages);
      else if (!waiter.serve()) await this.#options.release(waiter.claim);
    } catch (error) {
      // Who has left before hears nothing of it: what could not be given back stays reserved, and is settled in full.
      waiter.leave(error);
    }
  }
}

class Waiter {
  readonly claim: Claim;
  readonly #turn = Promise.withResolvers<void>();
  /** Levels that have ever been too full for it, with what was missing last. */
  readonly #refusals = new Map<string, Shortage>();
  #isWaiting = true;

  constructor(claim: Claim) {
    this.claim = claim;
  }

  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  get turn(): Promise<void> {
    return this.#turn.promise;
  }

  /** False when it has left before: then what was reserved for it must be given back. */
  serve(): boolean {
    const isServed = this.#isWaiting;
    this.#isWaiting = false;
    this.#turn.resolve();
    return isServed;
  }

  leave(reason: unknown): void {
    this.#isWaiting = false;
    this.#turn.reject(reason);
  }

  refuse(shortages: readonly Shortage[]): void {
    for (const shortage of shortages) this.#refusals.set(shortage.level, shortage);
  }

  /** Undo never queues behind work, nor work behind undo: each has its own part of a level. */
  isBefore(other: Waiter): boolean {
    return this.claim.lane === other.claim.lane && other.claim.levels.some(({ id }) => this.#refusals.has(id));
  }

  tooLong(): EgressError {
    const [shortage] = this.#refusals.values();
    const why = shortage ? describeShortage(shortage) : 'other calls were waiting before it';
    return new EgressError(
      'budget-crowded',
      `The call ${this.claim.call} has waited too long: ${why}. Nothing was sent.`,
    );
  }
}
