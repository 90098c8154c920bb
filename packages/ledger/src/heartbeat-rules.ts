import { isKind, type Fact } from './fact.ts';
import { findingAt, type Finding } from './finding.ts';

/** While a log is written its heart beats: each beat is about the last start, and none is left out. */
export class HeartbeatAudit {
  #start: Fact<'log-start'> | undefined;
  /** Number of the last beat since then; undefined where the beginning is not here. */
  #last: number | undefined;

  /** @param first below it there are no heartbeats here. */
  constructor(first: number) {
    this.#last = first === 0 ? 0 : undefined;
  }

  /** @param first the first entry that is not only context. */
  started(start: Fact<'log-start'>, first: number): void {
    this.#start = start;
    this.#last = start.index < first ? undefined : 0;
  }

  read(fact: Fact): Finding[] {
    if (!isKind(fact, 'heartbeat')) return [];
    const { number } = fact.statement.predicate;
    const findings: Finding[] = [];
    if (fact.statement.subject !== this.#start?.digest)
      findings.push(findingAt(fact, 'heartbeat-start', 'The heartbeat is not about the last start of the log.'));
    if (this.#last !== undefined && number !== this.#last + 1)
      findings.push(
        findingAt(
          fact,
          'heartbeat-sequence',
          `Heartbeat ${number} follows heartbeat ${this.#last}: some were left out, or it was told twice.`,
        ),
      );
    this.#last = number;
    return findings;
  }
}
