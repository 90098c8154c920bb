import { RunnerError } from '../error.ts';
import type { Feed } from './feed.ts';

/** One execution under way, from before its permit is looked at until its receipt is kept. */
export interface Slot extends Disposable {
  readonly run: string;
  /** Id of its permit, as claimed. */
  readonly permit: string;
  readonly feed: Feed;
  /** Aborted when a person stops the run. */
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** One step at a time per run, many runs in parallel. */
export class Slots {
  readonly #byRun = new Map<string, Slot>();

  take(run: string, permit: string, feed: Feed): Slot {
    const present = this.#byRun.get(run);
    if (present && present.permit === permit)
      throw new RunnerError('permit-used', `Permit ${permit} is being used right now.`);
    if (present) throw new RunnerError('run-busy', `Another step of ${run} is under way.`);
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const dispose = (): void => {
      this.#byRun.delete(run);
      resolve();
    };
    const slot = { run, permit, feed, stop: new AbortController(), ended, [Symbol.dispose]: dispose };
    this.#byRun.set(run, slot);
    return slot;
  }

  ofRun(run: string): Slot | undefined {
    return this.#byRun.get(run);
  }

  all(): Slot[] {
    return [...this.#byRun.values()];
  }

  ofPermit(permit: string): Slot | undefined {
    return [...this.#byRun.values()].find((slot) => slot.permit === permit);
  }
}
