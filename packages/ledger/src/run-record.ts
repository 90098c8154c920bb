import type { Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';
import { extendRun, startOfRun, type RunHead } from './run-head.ts';

/** What was stated in one run so far. */
export class RunRecord {
  readonly facts: Fact[] = [];
  #head: RunHead;

  constructor(run: string) {
    this.#head = startOfRun(run);
  }

  /** Every entry that names the run counts; what nobody enrolled has signed is no fact. */
  add(leaf: Buffer, fact: Fact | undefined): void {
    this.#head = extendRun(this.#head, leaf);
    if (fact) this.facts.push(fact);
  }

  /** The last word about a run says how many entries it has, and the chain they make: none was left out, put in or moved. */
  sealFindings(settlement: Fact<'settlement'>): Finding[] {
    const { entries, chain } = settlement.statement.predicate;
    if (entries === this.#head.entries && chain === this.#head.chain) return [];
    return [
      findingAt(
        settlement,
        'run-sequence',
        entries === this.#head.entries
          ? `The ${entries} entries of the run are not those that its settlement names.`
          : `The settlement names ${entries} entries of the run; there are ${this.#head.entries} before it.`,
      ),
    ];
  }
}
