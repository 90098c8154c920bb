import { ServerError } from '../error.ts';
import type { Caller } from './caller.ts';
import type { ReadDecisions } from './read-decisions.ts';

/** What the gate knows about a caller from one moment to the next. */
export interface Standing {
  /** Under the trust policy in force now. */
  decisions(): ReadDecisions;
  /** False when the credential has expired or was revoked. */
  isWelcome(): boolean;
}

/** Which runs a caller may be shown: lists and event streams ask it for every run they are about to name. */
export class Reader {
  readonly caller: Caller;
  readonly #standing: Standing;

  constructor(caller: Caller, standing: Standing) {
    this.caller = caller;
    this.#standing = standing;
  }

  get isWelcome(): boolean {
    return this.#standing.isWelcome();
  }

  /** Undefined where `mayRead` has to be asked. */
  known(run: string): boolean | undefined {
    return this.#standing.decisions().known(run);
  }

  async mayRead(run: string): Promise<boolean> {
    return this.isWelcome && this.#standing.decisions().mayRead(run);
  }

  /** Throws `run-unknown` for a run that may not be read: for this reader there is none. */
  async mustRead(run: string): Promise<void> {
    if (await this.mayRead(run)) return;
    // Only the record learns the difference.
    const isHidden = this.known(run) === false;
    const cause = isHidden ? new ServerError('forbidden', `${this.caller.person} may not read ${run}.`) : undefined;
    throw new ServerError('run-unknown', `There is no run ${run}.`, cause);
  }

  /** Those of the items whose run may be shown. */
  async readable<Item>(items: readonly Item[], runOf: (item: Item) => string): Promise<Item[]> {
    if (!this.isWelcome) return [];
    const runs = await this.#standing.decisions().readable(items.map(runOf));
    return items.filter((item) => runs.has(runOf(item)));
  }
}
