import type { FindingCheck, Json, Severity } from '@duovir/protocol';
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
  /** How anybody can test the claim, where it is about nothing but bytes, or about what can be looked at. */
  readonly check?: FindingCheck | undefined;
}

/** A place of the plan that somebody names to show that a finding does not hold, and what stands there. */
export interface Cited {
  readonly at: string;
  readonly value: Json;
}

/** One thing a reviewer knows to look for. */
export interface ReviewRule {
  readonly id: `${string}.${string}`;
  readonly severity: Severity;
  /** What it asks for, for the documentation. */
  readonly text: string;
  /** Every place that had to be looked at: a reviewer that has found no such place abstains. */
  look(subject: ReviewSubject): Iterable<Look>;
  /** Whether the place shows that what was found is not so. Without it, no words change what the rule has found. */
  refutedBy?(subject: ReviewSubject, look: Look, cited: Cited): boolean;
}
