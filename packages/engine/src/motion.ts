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
  readonly evidence: Digest;
  readonly frozen: Envelope;
  readonly steps: readonly StepOutline[];
}

/** A motion with everything a runner wants to see before it believes. */
export interface CarriedMotion extends FrozenMotion {
  readonly opinions: readonly Envelope[];
  readonly approvals: readonly Envelope[];
  readonly verdict: Envelope;
}

export type Decision =
  | { readonly kind: 'carried'; readonly motion: CarriedMotion }
  | {
      readonly kind: 'rejected';
      readonly reason: string;
      readonly explanation: string;
      /** Documents with the findings against it; a proposer may answer them with a revision. */
      readonly objections: readonly Digest[];
    }
  | { readonly kind: 'cancelled' };
