import { isReady, type CellsKind, type SupervisorStatus } from './status.ts';
import { Supervised, type ProcessPlan } from './supervised.ts';

export interface SupervisorFacts {
  readonly state: string;
  readonly url: string;
  readonly startedAt: Date;
  readonly cells: CellsKind;
  readonly sandbox: boolean;
}

/** Starts what an installation consists of, each as soon as what it needs is ready, and stops it in good order. */
export class Supervisor {
  readonly #facts: SupervisorFacts;
  readonly #processes: readonly Supervised[];
  #isStopping = false;

  constructor(facts: SupervisorFacts, plans: readonly ProcessPlan[]) {
    this.#facts = facts;
    this.#processes = plans.map((plan) => new Supervised(plan, () => this.#proceed()));
  }

  start(): void {
    this.#proceed();
  }

  /** Tries again what was given up. */
  revive(): void {
    for (const one of this.#processes) if (one.kind === 'failed') one.start();
  }

  get status(): SupervisorStatus {
    const { startedAt, ...facts } = this.#facts;
    const processes = this.#processes.map(({ status }) => status);
    return { pid: process.pid, ...facts, startedAt: startedAt.toISOString(), processes };
  }

  get isReady(): boolean {
    return isReady(this.status);
  }

  /** Whoever is used by nobody any more stops first: the server, then the principals, then PostgreSQL. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    let left = [...this.#processes];
    while (left.length > 0) {
      const used = new Set(left.flatMap(({ plan }) => plan.uses));
      const next = left.filter(({ plan }) => !used.has(plan.name));
      await Promise.all(next.map((one) => one.stop()));
      left = left.filter((one) => !next.includes(one));
    }
  }

  #proceed(): void {
    if (this.#isStopping) return;
    const ready = new Set(this.#processes.filter(({ kind }) => kind === 'ready').map(({ plan }) => plan.name));
    for (const one of this.#processes)
      if (one.kind === 'waiting' && one.plan.after.every((name) => ready.has(name))) one.start();
  }
}
