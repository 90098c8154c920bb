import { DuovirError, type Consequence } from '@duovir/protocol';

export type PrincipalErrorCode =
  | 'key-file-missing'
  | 'key-file-permissions'
  | 'key-file-malformed'
  | 'key-foreign'
  | 'signer-file-permissions'
  | 'signer-file-malformed'
  | 'signer-failed'
  | 'signer-unverified'
  | 'state-missing'
  | 'trust-policy-invalid'
  | 'trust-policy-stale'
  | 'unreachable'
  | 'timed-out'
  | 'answer-malformed'
  | 'answer-refused';

const consequences: Record<PrincipalErrorCode, Consequence> = {
  'key-file-missing': 'ask-person',
  'key-file-permissions': 'ask-person',
  'key-file-malformed': 'ask-person',
  'key-foreign': 'ask-person',
  'signer-file-permissions': 'ask-person',
  'signer-file-malformed': 'ask-person',
  'signer-failed': 'retry',
  'signer-unverified': 'refuse',
  'state-missing': 'ask-person',
  'trust-policy-invalid': 'refuse',
  'trust-policy-stale': 'refuse',
  unreachable: 'retry',
  'timed-out': 'retry',
  'answer-malformed': 'refuse',
  'answer-refused': 'refuse',
};

export class PrincipalError extends DuovirError<PrincipalErrorCode> {
  constructor(code: PrincipalErrorCode, message: string, remedy: string, cause?: unknown) {
    super(code, message, { consequence: consequences[code], remedy, cause });
  }
}
