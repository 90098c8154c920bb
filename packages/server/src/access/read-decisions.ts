/** Runs whose decision is remembered for one person. A forgotten one is decided again. */
const MOST_KNOWN = 20_000;

/** Decides anew; the run's attributes are read for it. A run that does not exist is not in the answer. */
export type DecideRead = (runs: readonly string[]) => Promise<ReadonlyMap<string, boolean>>;

/** Which runs one person may read, decided once and shared by all his requests and event streams. */
export class ReadDecisions {
  readonly #decide: DecideRead;
  readonly #known = new Map<string, boolean>();
  readonly #pending = new Map<string, Promise<boolean | undefined>>();

  constructor(decide: DecideRead) {
    this.#decide = decide;
  }

  /** Undefined where it has to be decided first. */
  known(run: string): boolean | undefined {
    return this.#known.get(run);
  }

  /** One question to the store, however many ask at once. */
  async mayRead(run: string): Promise<boolean> {
    const known = this.#known.get(run);
    if (known !== undefined) return known;
    const pending = this.#pending.get(run);
    if (pending) return (await pending) ?? false;
    const deciding = this.#decide([run]).then((decided) => decided.get(run));
    this.#pending.set(run, deciding);
    try {
      const allowed = await deciding;
      // Forgotten meanwhile: what it was decided by is no longer true.
      if (this.#pending.get(run) !== deciding) return await this.mayRead(run);
      // A run that does not exist may begin a moment later.
      if (allowed !== undefined) this.#remember(run, allowed);
      return allowed ?? false;
    } finally {
      if (this.#pending.get(run) === deciding) this.#pending.delete(run);
    }
  }

  async readable(runs: readonly string[]): Promise<ReadonlySet<string>> {
    const distinct = [...new Set(runs)];
    const allowed = distinct.filter((run) => this.#known.get(run));
    const unknown = distinct.filter((run) => !this.#known.has(run));
    const decided = unknown.length === 0 ? undefined : await this.#decide(unknown);
    return new Set([...allowed, ...unknown.filter((run) => decided?.get(run))]);
  }

  forget(run: string): void {
    this.#known.delete(run);
    this.#pending.delete(run);
  }

  #remember(run: string, allowed: boolean): void {
    const oldest = this.#known.keys().next();
    if (this.#known.size >= MOST_KNOWN && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(run, allowed);
  }
}
