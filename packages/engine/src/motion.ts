import type { Digest, Envelope, RiskClass } from '@duovir/protocol';

/** What is put to the vote: a plan or a heal patch, fixed by its digest. */
export interface Motion {
  readonly kind: 'plan' | 'heal';
  readonly digest: Digest;
  readonly revision: number;
  /** Name of the principal that wrote it. */
  readonly proposer: string;
  /** The proposer's signed statement. */
  readonly statement: Envelope;
  /** What a heal patch rests on; null for a plan. */
  readonly heal: HealGrounds | null;
  /** The plan it changes: of a heal, and of a revision. */
  readonly previous: Digest | null;
}

export interface HealGrounds {
  readonly step: string;
  readonly signature: string;
  readonly explanation: string;
  /** Digest of the document with what the confirm probe observed. */
  readonly observation: Digest;
  /** The plan it changes. */
  readonly previous: Digest;
  readonly envelope: string;
}

/** One step of a plan, as far as the workflow needs it: the content stays in the document store. */
export interface StepOutline {
  readonly id: string;
  readonly action: string;
  /** Digest of the execution subject: equal digests are equal bytes (Invariant 4). */
  readonly subject: Digest;
  readonly needs: readonly string[];
  readonly compensable: boolean;
  readonly hasCheck: boolean;
  readonly heals: boolean;
}

/** A motion whose bytes, class and evidence are in the ledger. */
export interface FrozenMotion extends Motion {
  readonly riskClass: RiskClass;
  /** The trust policy under which it is decided and, once decided, carried out. */
  readonly trustPolicy: Digest;
  readonly evidence: Digest;
  /** Digest of what was seen of the target; null where there is none yet. */
  readonly state: Digest | null;
  /** How often it was opened before, because the target had drifted or the trust policy had changed. */
  readonly opening: number;
  readonly frozen: Envelope;
  readonly steps: readonly StepOutline[];
}

/** A motion with everything a runner wants to see before it believes. */
export interface DecidedMotion extends FrozenMotion {
  /** Of both votes. */
  readonly opinions: readonly Envelope[];
  readonly breakGlass: readonly Envelope[];
  readonly approvals: readonly Envelope[];
  readonly verdict: Envelope;
}

export interface CarriedMotion extends DecidedMotion {
  /** Rounds of votes so far: whoever opens it again numbers on. */
  readonly rounds: number;
}

export type Decision =
  | { readonly kind: 'carried'; readonly motion: CarriedMotion }
  | {
      readonly kind: 'rejected';
      readonly reason: string;
      readonly explanation: string;
      /** What was found against it; a proposer may answer with a revision. */
      readonly objections: Objections | null;
    }
  | { readonly kind: 'cancelled' };

/** Documents with the findings against a motion, and what its proposer has answered to them. */
export interface Objections {
  readonly motion: Digest;
  readonly findings: readonly Digest[];
  readonly answers: Digest | null;
}
