import type { Severity } from '@duovir/protocol';
import type { ReviewSubject } from './subject.ts';

/** One place a rule has looked at; with a claim when something is wrong there. */
export interface Look {
  readonly step: string | null;
  /** JSON pointer into the plan. */
  readonly at: string;
  readonly claim?: string | undefined;
  /** Milder or graver than the rule's own. */
  readonly severity?: Severity | undefined;
  readonly suggestion?: string | undefined;
}

/** One thing a reviewer knows to look for. */
export interface ReviewRule {
  readonly id: `${string}.${string}`;
  readonly severity: Severity;
  /** What it asks for, for the documentation. */
  readonly text: string;
  /** Every place that had to be looked at: a reviewer that has found no such place abstains. */
  look(subject: ReviewSubject): Iterable<Look>;
}
