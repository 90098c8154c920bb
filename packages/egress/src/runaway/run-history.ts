import type { CallPurpose } from '@duovir/protocol';
import type { QuestionFingerprint } from './question-fingerprint.ts';

export interface PastCall {
  readonly agent: string;
  readonly purpose: CallPurpose;
  readonly question: QuestionFingerprint;
  readonly bodyBytes: number;
  /** Whatever names how far the run has come: it changes when a motion is decided or a step ends. */
  readonly state: string;
}

/** What a run has done so far, each list oldest first. */
export interface RunHistory {
  readonly calls: readonly PastCall[];
  /** Digests of the plans that came before the council. */
  readonly plans: readonly string[];
  /** Signatures of the failures that were diagnosed. */
  readonly failures: readonly string[];
}
