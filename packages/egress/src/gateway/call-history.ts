import { EgressError } from '../error.ts';
import { findRunaway } from '../runaway/find-runaway.ts';
import { fingerprintOf } from '../runaway/question-fingerprint.ts';
import type { PastCall } from '../runaway/run-history.ts';
import type { AskedQuestion } from './asked-question.ts';
import type { RunFacts } from './ports.ts';

const MOST_RUNS = 1024;
const MOST_CALLS = 64;

/**
 * What each run has asked its models lately. In memory only: a restart forgets it, and the caps of the budget hold all the
 * same.
 */
export class CallHistory {
  readonly #byRun = new Map<string, readonly PastCall[]>();

  /** Throws `runaway` when this question is the one too many. */
  assertNoRunaway({ question, principal }: AskedQuestion, { run, course }: RunFacts): void {
    const { state, plans, failures } = course;
    const text = question.parts.map((part) => part.text).join('\n');
    const newest: PastCall = {
      agent: principal.name,
      purpose: question.purpose,
      question: fingerprintOf(text),
      bodyBytes: Buffer.byteLength(text),
      state,
    };
    const calls = [...(this.#byRun.get(run) ?? []), newest].slice(-MOST_CALLS);
    this.#remember(run, calls);
    const runaway = findRunaway({ calls, plans, failures });
    if (runaway) throw new EgressError('runaway', `Stopped, because ${runaway.reason}.`);
  }

  #remember(run: string, calls: readonly PastCall[]): void {
    this.#byRun.delete(run);
    this.#byRun.set(run, calls);
    const [oldest] = this.#byRun.keys();
    if (this.#byRun.size > MOST_RUNS && oldest !== undefined) this.#byRun.delete(oldest);
  }
}
