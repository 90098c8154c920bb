import { DuovirError, type Consequence } from '@duovir/protocol';

export type AgentErrorCode =
  /** An expression cannot be parsed, or names something that does not exist. */
  | 'expression-invalid'
  /** A playbook renders to something that is no plan. */
  | 'playbook-render'
  /** A pack on disk has problems; the message lists each with file:line:column. */
  | 'pack-invalid';

const consequences: Record<AgentErrorCode, Consequence> = {
  'expression-invalid': 'refuse',
  'playbook-render': 'refuse',
  'pack-invalid': 'ask-person',
};

const remedies: Record<AgentErrorCode, string> = {
  'expression-invalid': 'Correct the expression; docs/reference/playbook.schema.json describes the language.',
  'playbook-render': 'Correct the playbook, then run `duovir playbook check` on it.',
  'pack-invalid': 'Correct the files named above, then run `duovir playbook check` on the pack.',
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
