import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest, Plan, WhyRebuild } from '@duovir/protocol';
import type { PostgresLog } from '@duovir/ledger';
import { runEntries } from '../api/run-entries.ts';
import { ServerError } from '../error.ts';
import type { AttestedValues } from '../store/attested-values.ts';
import type { Documents } from '../store/documents.ts';
import { deriveRun, kindsOfSteps, type AttestedStep } from './derive-run.ts';
import { readPlan } from './read-plan.ts';

export interface WhyIndexParts {
  readonly log: PostgresLog;
  readonly documents: Documents;
  readonly attestedValues: AttestedValues;
}

/** What a step makes true is settled by these. */
const SETTLING = new Set(['attestation', 'receipt']);
const PAGE = 2000;
const FOLLOWING_MS = 5000;
const SHOWN_RUNS = 20;

/** Follows the ledger: what it has not seen yet is read before anything is answered. Never in the way of a run. */
export class WhyIndex {
  readonly #parts: WhyIndexParts;
  #through: number | undefined;
  #work: Promise<unknown> = Promise.resolve();

  constructor(parts: WhyIndexParts) {
    this.#parts = parts;
  }

  /** Returns when the index has everything that the ledger had when it was asked. */
  async catchUp(): Promise<void> {
    if (this.#through === this.#parts.log.status().size) return;
    await this.#alone(() => this.#follow());
  }

  /** Until it is ended: so that whoever asks next has little to wait for. */
  async keepFollowing(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.catchUp().catch((error: unknown) => console.error('The index of values is behind:', error));
      await sleep(FOLLOWING_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
    await this.#work;
  }

  /** Derives everything anew, from the ledger and the plans alone, and says of how many runs the index had said something else. */
  rebuild(): Promise<WhyRebuild> {
    return this.#alone(() => this.#rebuild());
  }

  /** One after the other, and not with each other. */
  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#work.then(work);
    // Whoever asked is told; the next one begins anew.
    this.#work = mine.catch(() => undefined);
    return mine;
  }

  async #follow(): Promise<void> {
    const { log, attestedValues } = this.#parts;
    let through = this.#through ?? (await attestedValues.through());
    // After a restore the log may be shorter than what was indexed of it.
    if (through > log.status().size) {
      await this.#rebuild();
      return;
    }
    while (through < log.status().size) {
      const { runs, next } = await this.#page(through);
      for (const run of runs) await attestedValues.replace(run, await this.#derive(run));
      // Entries that set nothing are read again after a start, rather than each noted on disk.
      if (runs.size > 0 || next - through === PAGE) await attestedValues.setThrough(next);
      through = next;
      this.#through = through;
    }
  }

  async #rebuild(): Promise<WhyRebuild> {
    const { log, attestedValues } = this.#parts;
    const unknown = new Set(await attestedValues.runs());
    const differing: string[] = [];
    let [through, runs, values] = [0, 0, 0];
    const seen = new Set<string>();
    while (through < log.status().size) {
      const page = await this.#page(through);
      for (const run of page.runs) {
        if (seen.has(run)) continue;
        seen.add(run);
        unknown.delete(run);
        const steps = await this.#derive(run);
        if (await attestedValues.replace(run, steps)) differing.push(run);
        runs += steps.length > 0 ? 1 : 0;
        values += steps.reduce((sum, step) => sum + step.values.length, 0);
      }
      through = page.next;
    }
    for (const run of unknown) await attestedValues.forget(run);
    await attestedValues.forgetLost();
    await attestedValues.setThrough(through);
    this.#through = through;
    differing.push(...unknown);
    return { runs, values, differed: differing.length, examples: differing.slice(0, SHOWN_RUNS) };
  }

  async #page(from: number): Promise<{ readonly runs: ReadonlySet<string>; readonly next: number }> {
    const entries = await this.#parts.log.entries({ from, limit: PAGE });
    const last = entries.at(-1);
    if (!last) throw new ServerError('entry-unfound', `The ledger has no entry ${from}.`);
    const settled = entries.filter(({ kind }) => SETTLING.has(kind)).map(({ run }) => run);
    return { runs: new Set(settled), next: last.index + 1 };
  }

  async #derive(run: string): Promise<AttestedStep[]> {
    const entries = await runEntries(this.#parts.log, run, kindsOfSteps);
    const motions = new Set(
      entries.filter(({ statement }) => statement.kind === 'attestation').map(({ statement }) => statement.subject),
    );
    const plans = new Map<Digest, Plan>();
    for (const motion of motions) {
      const plan = await readPlan(this.#parts.documents, run, motion);
      if (plan) plans.set(motion, plan);
    }
    return deriveRun(run, entries, (motion) => plans.get(motion));
  }
}
