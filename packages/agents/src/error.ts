import { DuovirError, type Consequence } from '@duovir/protocol';

export type AgentErrorCode =
  /** An expression cannot be parsed, or names something that does not exist. */
  | 'expression-invalid'
  /** A playbook renders to something that is no plan. */
  | 'playbook-render'
  /** A pack on disk has problems; the message lists each with file:line:column. */
  | 'pack-invalid'
  /** A prompt file is not the version it is named after. */
  | 'prompt-invalid'
  /** A review is asked under another trust policy than the pinned officer signed. */
  | 'trust-policy-foreign'
  /** The parts of a review request are not about the same bytes. */
  | 'motion-mismatch'
  /** The evidence contradicts the plan. */
  | 'evidence-inconsistent'
  /** A blind vote with a debate, a second one without, or after another first vote than there was. */
  | 'debate-inconsistent'
  /** A second, different question for an opinion that is bound already. */
  | 'commitment-conflict'
  /** The opinion was never given, or this process was restarted since. */
  | 'commitment-unknown'
  /** The trust policy gives this principal nothing that an agent does. */
  | 'role-unknown';

const consequences: Record<AgentErrorCode, Consequence> = {
  'expression-invalid': 'refuse',
  'playbook-render': 'refuse',
  'pack-invalid': 'ask-person',
  'prompt-invalid': 'ask-person',
  'trust-policy-foreign': 'refuse',
  'motion-mismatch': 'refuse',
  'evidence-inconsistent': 'refuse',
  'debate-inconsistent': 'refuse',
  'commitment-conflict': 'refuse',
  'commitment-unknown': 'retry',
  'role-unknown': 'ask-person',
};

const remedies: Record<AgentErrorCode, string> = {
  'expression-invalid': 'Correct the expression; docs/reference/playbook.schema.json describes the language.',
  'playbook-render': 'Correct the playbook, then run `duovir playbook check` on it.',
  'pack-invalid': 'Correct the files named above, then run `duovir playbook check` on the pack.',
  'prompt-invalid': 'Install the package again: prompts come with it and are not edited in place.',
  'trust-policy-foreign': 'Give every process the trust policy that the security officer signed last.',
  'motion-mismatch': 'Treat the sender as faulty: freeze the motion again and ask for a new review.',
  'evidence-inconsistent': 'Treat the sender as faulty: freeze the motion again and ask for a new review.',
  'debate-inconsistent': 'Treat the sender as faulty: open the debate again from the opinions in the ledger.',
  'commitment-conflict': 'Ask in a new round.',
  'commitment-unknown': 'Ask this reviewer for a new commitment in the next round.',
  'role-unknown': 'Have the security officer enrol the principal with a role and mandate that this version knows.',
};

/** Where in a document: keys and indexes from its root. */
export type DocumentPath = readonly (string | number)[];

export class AgentError extends DuovirError<AgentErrorCode> {
  /** Place in the source document, where there is one. */
  readonly path: DocumentPath;

  constructor(code: AgentErrorCode, message: string, path: DocumentPath = [], cause?: unknown) {
    super(code, message, { consequence: consequences[code], remedy: remedies[code], cause });
    this.path = path;
  }
}
