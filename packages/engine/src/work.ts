import type { Digest } from '@duovir/protocol';
import type { CarriedMotion } from './motion.ts';
import type { StepFailure } from './stages/diagnose.ts';

/** A step that is attested to be as planned, under the motion that allowed it: only that one can undo it. */
export interface DoneStep {
  readonly step: string;
  readonly subject: Digest;
  readonly motion: CarriedMotion;
  /** There is something of this run's to undo: not for a step that was found to be so already. */
  readonly compensable: boolean;
}

/** Where the work on a plan stands. Lives in the workflow only; the journal rebuilds it. */
export interface Work {
  motion: CarriedMotion;
  /** Motions that were carried anew since the work on them began, by digest: what was allowed before holds no longer. */
  readonly again: Map<Digest, CarriedMotion>;
  /** In the order of execution. */
  done: DoneStep[];
  /** Generation of the sandbox; raised each time it has to be opened anew. */
  fence: number;
  baseline: Digest | null;
  /** Envelopes of the patches that were carried, in order. */
  readonly heals: string[];
  /** Attempts so far, by purpose and step: each permit is for one of them. */
  readonly attempts: Map<string, number>;
  /** Failures a step has had in this sandbox. */
  readonly failures: Map<string, number>;
  /** Patches a step has had. */
  readonly patches: Map<string, number>;
}

/** What a run has used up before the work begins: a reading has opened a sandbox of its own. */
export interface Begun {
  readonly fence: number;
  readonly attempts: ReadonlyMap<string, number>;
}

export const nothingBegun: Begun = { fence: 1, attempts: new Map() };

export function newWork(motion: CarriedMotion, { fence, attempts }: Begun): Work {
  return {
    motion,
    again: new Map(),
    done: [],
    fence,
    baseline: null,
    heals: [],
    attempts: new Map(attempts),
    failures: new Map(),
    patches: new Map(),
  };
}

export function nextAttempt(work: Work, purpose: string, step: string): number {
  const key = `${purpose}/${step}`;
  const attempt = (work.attempts.get(key) ?? 0) + 1;
  work.attempts.set(key, attempt);
  return attempt;
}

/** How one attempt at a step ended. */
export type Attempt =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly failure: StepFailure }
  | { readonly kind: 'refused'; readonly code: string; readonly explanation: string }
  | { readonly kind: 'sandbox-lost' }
  | { readonly kind: 'cancelled' };
