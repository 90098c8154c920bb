import { DuovirError, type Consequence } from '@duovir/protocol';

export type EgressErrorCode =
  /** A run or an agent goes round in circles. */
  | 'runaway'
  /** The signature of a question does not hold, or holds for another one. */
  | 'question-unsigned'
  /** The run has ended, or its data class may not go to this model. */
  | 'route-closed'
  /** Something that must not leave was found after everything known had been replaced. */
  | 'egress-blocked'
  /** The provider's client wanted to send something else than one request to its model. */
  | 'request-unexpected'
  /** The provider gave no answer that can be used. */
  | 'provider-failed'
  /** The answer names a placeholder that was never issued, or a secret that was never sent. */
  | 'answer-forged'
  /** The answer is no JSON, was cut off, is too long, or there is none because the model declined. */
  | 'answer-invalid'
  /** The provider's key is not where the trust policy says it is. */
  | 'key-unavailable'
  /** Others than the owner could read the file of a key. */
  | 'key-exposed'
  /** What was found in the place of a key cannot be one. */
  | 'key-unusable'
  /** A value is so short that matching it would hit by accident. */
  | 'value-too-short'
  /** A body to be sent is no UTF-8. */
  | 'bytes-unreadable'
  /** A text has something of the form of a placeholder that this run never issued. */
  | 'placeholder-forged'
  /** All addresses that may stand for real ones are used. */
  | 'placeholders-exhausted'
  /** A stored placeholder is not what the key of the run makes of its value. */
  | 'vault-damaged'
  /** The SQL parser could not be loaded, or broke over a text: what names the text has is not known, so it does not leave. */
  | 'sql-parser-unavailable'
  /** The trust policy allows no model: nothing is sent, nothing reserved. */
  | 'no-model-configured'
  /** A level of the budget has not enough left for the worst case of the call. */
  | 'budget-exhausted'
  /** It would have fitted, had the calls before it cost less or ended sooner. */
  | 'budget-crowded'
  /** The kill switch cannot be heard, so nothing is begun. */
  | 'budget-unavailable'
  | 'budget-level-unknown'
  /** A person has stopped all model calls. */
  | 'model-stopped'
  /** The id of a call has been used before. */
  | 'call-repeated'
  /** Neither the price snapshot nor the trust policy says what the model costs. */
  | 'price-unknown'
  | 'price-outdated'
  | 'amount-invalid'
  | 'reservation-unknown'
  /** A call has cost more than its worst case: the bound was no bound. */
  | 'bound-exceeded'
  /** The detectors did not finish in time: nobody knows what the text holds. */
  | 'guard-timeout'
  /** The worker of the detectors ended without an answer. */
  | 'guard-failed';

const answers: Record<EgressErrorCode, readonly [Consequence, string]> = {
  runaway: ['ask-person', 'Look at what the run keeps asking, and change what it is given.'],
  'question-unsigned': ['refuse', 'Have the agent sign exactly the question it asks.'],
  'route-closed': [
    'refuse',
    'Answer with the playbook brain or a person, or have the security officer open the route in the trust policy.',
  ],
  'egress-blocked': ['ask-person', 'Look at what the run has read: register the secret that is in it.'],
  'request-unexpected': [
    'refuse',
    'Compare the endpoint of the model in the trust policy with what its provider documents.',
  ],
  'provider-failed': ['retry', 'Ask again later; the ledger has each try with its status.'],
  'answer-forged': ['refuse', 'Look at what the model was shown: something in it may have misled it.'],
  'answer-invalid': ['retry', 'Ask once more; a model that keeps failing cannot do this work.'],
  'key-unavailable': ['ask-person', 'Put the key where `key` of the model points, or correct the reference.'],
  'key-exposed': ['ask-person', 'Run `chmod 600` on the file, and replace the key if somebody else may have seen it.'],
  'key-unusable': [
    'ask-person',
    'Store the key alone, without quotes or line breaks, in the form its provider documents.',
  ],
  'guard-timeout': ['refuse', 'Send less at once; nothing leaves that was not looked at.'],
  'guard-failed': [
    'retry',
    'Ask again; when it happens again, look for the end of the worker in the log of the server.',
  ],
  'value-too-short': ['ask-person', 'Use a secret of at least 8 characters.'],
  'bytes-unreadable': ['refuse', 'Send bodies of models as JSON in UTF-8.'],
  'placeholder-forged': ['refuse', 'Look at the text the placeholder came in with: somebody made it up.'],
  'placeholders-exhausted': ['ask-person', 'Divide the work into several runs.'],
  'vault-damaged': ['refuse', "Restore the run's placeholders from a backup, or start the run anew."],
  'sql-parser-unavailable': [
    'refuse',
    'Ask about less; if no text is read, reinstall the package: the SQL parser is missing or broken.',
  ],
  'no-model-configured': [
    'refuse',
    'Use the playbook brain, or have the security officer sign a trust policy with a model.',
  ],
  'budget-exhausted': ['ask-person', 'Raise the budget in the trust policy, or wait for its next period.'],
  'budget-crowded': [
    'retry',
    'Ask again when the calls in flight have ended, or raise the budget in the trust policy.',
  ],
  'budget-unavailable': ['retry', 'Ask again once PostgreSQL answers.'],
  'model-stopped': ['ask-person', 'Have whoever stopped the models, or another operator, resume them.'],
  'call-repeated': ['refuse', 'Give every try of a call an id of its own.'],
  'price-unknown': [
    'refuse',
    'Give the model a fixed price in the trust policy, or use one that the price snapshot knows.',
  ],
  'price-outdated': ['refuse', 'Install a newer version, or give the model a fixed price in the trust policy.'],
  'budget-level-unknown': ['refuse', 'Open the level before anything is reserved on it.'],
  'amount-invalid': ['refuse', 'Count in whole tokens and whole micro-dollars, from 0 on.'],
  'reservation-unknown': ['refuse', 'Settle a call under the id it was reserved with.'],
  'bound-exceeded': [
    'ask-person',
    "Compare with the provider's bill, and correct the price table or the bound of this model.",
  ],
};

export class EgressError extends DuovirError<EgressErrorCode> {
  constructor(code: EgressErrorCode, message: string, cause?: unknown) {
    const [consequence, remedy] = answers[code];
    super(code, message, { consequence, remedy, cause });
  }
}
