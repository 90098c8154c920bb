import type { Selection } from '../population.ts';

/** A requirement of somebody else, and where in the pack there is evidence about it. Never a conclusion. */
export interface Requirement extends Selection {
  readonly requirement: string;
  readonly providesEvidenceFor: string;
}

export interface Framework {
  /** File name without `.json`. */
  readonly name: string;
  readonly title: string;
  /** How this mapping is to be read. */
  readonly note: string;
  readonly requirements: readonly Requirement[];
  /** What somebody may look for here and will not find. */
  readonly notRecorded: readonly { readonly requirement: string; readonly why: string }[];
}
