import { DuovirError, type Consequence } from '@duovir/protocol';

export type EngineErrorCode =
  | 'answer-forged'
  | 'answer-inconsistent'
  | 'principal-not-enrolled'
  | 'run-unknown'
  | 'engine-not-started'
  | 'commitment-broken'
  | 'trust-policy-unknown';

const consequences: Record<EngineErrorCode, Consequence> = {
  'answer-forged': 'refuse',
  'answer-inconsistent': 'refuse',
  'principal-not-enrolled': 'refuse',
  'run-unknown': 'refuse',
  'engine-not-started': 'retry',
  'commitment-broken': 'refuse',
  'trust-policy-unknown': 'refuse',
};

const remedies: Record<EngineErrorCode, string> = {
  'answer-forged': 'Find out which process answered in the name of that principal; rotate its key if in doubt.',
  'answer-inconsistent': 'Check that all processes run the same version of Duovir.',
  'principal-not-enrolled': 'Have the security officer enrol the principal in the trust policy.',
  'run-unknown': 'List the runs there are with `duovir run list`.',
  'engine-not-started': 'Wait until `duovir status` says ready.',
  'commitment-broken':
    'The reviewer revealed another opinion than it had committed to; treat its process as compromised.',
  'trust-policy-unknown': 'Restore the history of trust policies from its backup, then start the server again.',
};

export class EngineError extends DuovirError<EngineErrorCode> {
  constructor(code: EngineErrorCode, message: string, cause?: unknown) {
    super(code, message, { consequence: consequences[code], remedy: remedies[code], cause });
  }
}
