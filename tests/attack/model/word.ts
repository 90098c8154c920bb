import type { CountedOpinion } from '@duovir/protocol';

/** What a reviewer or a person has signed about one motion, under one policy. Nobody can sign for another. */
export type Word =
  | {
      readonly kind: 'opinion';
      readonly signer: string;
      readonly motion: number;
      readonly version: number;
      readonly phase: CountedOpinion['phase'];
      readonly verdict: CountedOpinion['verdict'];
      readonly isGrave: boolean;
      readonly isCaused: boolean;
    }
  | {
      readonly kind: 'approval';
      readonly signer: string;
      readonly motion: number;
      readonly version: number;
      readonly verdict: 'approve' | 'reject';
    };
export type Opinion = Extract<Word, { kind: 'opinion' }>;
export type Approval = Extract<Word, { kind: 'approval' }>;

export function counted({ signer, phase, verdict, isGrave, isCaused }: Opinion): CountedOpinion {
  const finding = { id: 'f-1', rule: 'model.grave', severity: 'critical', step: null, evidenced: true } as const;
  return {
    principal: signer,
    phase,
    verdict,
    findings: isGrave ? [finding] : [],
    abstention: verdict === 'abstain' ? 'nothing-known' : null,
    because: isCaused ? ['f-1'] : [],
    brain: 'playbook',
  };
}

/** What the server asks a runner to execute. It holds the server's key, so that it may put together whatever it likes. */
export interface Request {
  readonly permit: string;
  readonly motion: number;
  /** Version of the trust policy the motion is said to have been decided under. */
  readonly version: number;
  /** Generation of the sandbox; whether this step opens it. */
  readonly fence: number;
  readonly opens: boolean;
  /** Ticks. */
  readonly issued: number;
  readonly expires: number;
  readonly isLogged: boolean;
  readonly words: readonly Word[];
}
