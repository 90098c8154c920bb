import type { ProcessStatus } from './status.ts';
import { decideRestart } from './restart-rule.ts';

/** A process that was started, whichever way. */
export interface Running {
  readonly pid: number;
  readonly ready: Promise<void>;
  /** Settles when it has ended, with how. Never rejects. */
  readonly ended: Promise<string>;
  /** Orderly first, then by force. Resolves when it is gone. */
  stop(): Promise<void>;
}

export interface ProcessPlan {
  readonly name: string;
  /** What has to be ready before the first start. */
  readonly after: readonly string[];
  /** What it calls while it runs: these stop only when it is gone. */
  readonly uses: readonly string[];
  launch(): Promise<Running>;
}

type State =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'starting'; readonly running?: Running }
  | { readonly kind: 'ready'; readonly running: Running }
  | { readonly kind: 'restarting'; readonly reason: string; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'stopping'; readonly running?: Running }
  | { readonly kind: 'stopped' };

/** Keeps one process alive until it is told to stop, or gives up on one that dies again and again. */
export class Supervised {
  readonly plan: ProcessPlan;
  readonly #onChange: () => void;
  #state: State = { kind: 'waiting' };
  #failures = 0;
  #restarts = 0;
  #lastLaunch: Promise<void> = Promise.resolve();

  constructor(plan: ProcessPlan, onChange: () => void) {
    this.plan = plan;
    this.#onChange = onChange;
  }

  get kind(): State['kind'] {
    return this.#state.kind;
  }

  get status(): ProcessStatus {
    const state = this.#state;
    return {
      name: this.plan.name,
      kind: state.kind,
      pid: 'running' in state ? (state.running?.pid ?? null) : null,
      restarts: this.#restarts,
      reason: 'reason' in state ? state.reason : null,
    };
  }

  /** Does nothing unless it waits for its first start, or was given up. */
  start(): void {
    if (this.#state.kind !== 'waiting' && this.#state.kind !== 'failed') return;
    this.#failures = 0;
    this.#lastLaunch = this.#launch();
  }

  async stop(): Promise<void> {
    const state = this.#state;
    if (state.kind === 'restarting') clearTimeout(state.timer);
    const running = 'running' in state ? state.running : undefined;
    this.#become({ kind: 'stopping', ...(running ? { running } : {}) });
    await running?.stop();
    // A launch that was under way sees that it is no longer wanted and stops what it has started.
    await this.#lastLaunch;
    this.#become({ kind: 'stopped' });
  }

  get #isWanted(): boolean {
    return this.#state.kind !== 'stopping' && this.#state.kind !== 'stopped';
  }

  #become(state: State): void {
    this.#state = state;
    this.#onChange();
  }

  async #launch(): Promise<void> {
    const startedAt = performance.now();
    this.#become({ kind: 'starting' });
    let running: Running;
    try {
      running = await this.plan.launch();
    } catch (error) {
      if (this.#isWanted) this.#recover(error instanceof Error ? error.message : String(error), 0);
      return;
    }
    if (!this.#isWanted) return running.stop();
    this.#become({ kind: 'starting', running });
    running.ready.then(
      () => {
        if (this.#state.kind === 'starting') this.#become({ kind: 'ready', running });
      },
      () => void running.stop(),
    );
    void running.ended.then((reason) => {
      if (this.#isWanted) this.#recover(reason, performance.now() - startedAt);
    });
  }

  #recover(reason: string, livedMs: number): void {
    const decision = decideRestart(this.#failures, livedMs);
    this.#failures = decision.failures;
    if (decision.kind === 'give-up') return this.#become({ kind: 'failed', reason });
    this.#restarts += 1;
    const timer = setTimeout(() => {
      this.#lastLaunch = this.#launch();
    }, decision.afterMs);
    this.#become({ kind: 'restarting', reason, timer });
  }
}
