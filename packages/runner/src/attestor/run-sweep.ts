import { livingRuns } from './living-holder.ts';

/** Runs of which something is kept before it is looked which of them still live. */
const KEPT = 64;

/** Nobody tells the attestor when a run is settled: what it keeps of one may go once the run has no sandbox any more. */
export class RunSweep {
  #most = KEPT;

  /** Those without a sandbox, looked for only when there are many. */
  gone(runs: readonly string[], current: string): string[] {
    if (runs.length <= this.#most) return [];
    const living = livingRuns();
    this.#most = 2 * living.size + KEPT;
    return runs.filter((run) => run !== current && !living.has(run));
  }
}
