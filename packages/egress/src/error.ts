import { DuovirError, type Consequence } from '@duovir/protocol';

export type EgressErrorCode =
  /** A value is so short that matching it would hit by accident. */
  | 'value-too-short'
  /** The trust policy allows no model: nothing is sent, nothing reserved. */
  | 'no-model-configured'
  /** A level of the budget has not enough left for the worst case of the call. */
  | 'budget-exhausted'
  | 'budget-level-unknown'
  | 'amount-invalid'
  | 'reservation-unknown'
  /** A call has cost more than its worst case: the bound was no bound. */
  | 'bound-exceeded';

const answers: Record<EgressErrorCode, readonly [Consequence, string]> = {
  'value-too-short': ['ask-person', 'Use a secret of at least 8 characters.'],
  'no-model-configured': [
    'refuse',
    'Use the playbook brain, or have the security officer sign a trust policy with a model.',
  ],
  'budget-exhausted': ['ask-person', 'Raise the budget in the trust policy, or wait for its next period.'],
  'budget-level-unknown': ['refuse', 'Open the level before anything is reserved on it.'],
  'amount-invalid': ['refuse', 'Count in whole tokens and whole micro-dollars, from 0 on.'],
  'reservation-unknown': ['refuse', 'Settle a call under the id it was reserved with.'],
  'bound-exceeded': [
    'ask-person',
    "Compare with the provider's bill, and correct the price table or the bound of this model.",
  ],
};

export class EgressError extends DuovirError<EgressErrorCode> {
  constructor(code: EgressErrorCode, message: string) {
    const [consequence, remedy] = answers[code];
    super(code, message, { consequence, remedy });
  }
}
