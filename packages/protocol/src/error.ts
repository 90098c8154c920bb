/** What the caller should do about an error: try again, give up, or put it before a person. */
export type Consequence = 'retry' | 'refuse' | 'ask-person';

/** Base of every package's one error class; `code` is a closed union there. */
export abstract class DuovirError<Code extends string> extends Error {
  readonly code: Code;
  readonly consequence: Consequence;
  /** How to solve it: one sentence, addressed to the person who reads it. */
  readonly remedy: string;

  constructor(code: Code, message: string, details: { consequence: Consequence; remedy: string; cause?: unknown }) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.consequence = details.consequence;
    this.remedy = details.remedy;
  }
}

export type ProtocolErrorCode =
  | 'canonical-json-invalid'
  | 'envelope-malformed'
  | 'envelope-payload-type'
  | 'envelope-not-canonical'
  | 'signature-missing'
  | 'signature-invalid'
  | 'statement-malformed'
  | 'statement-kind';

export class ProtocolError extends DuovirError<ProtocolErrorCode> {
  constructor(code: ProtocolErrorCode, message: string, cause?: unknown) {
    super(code, message, {
      consequence: 'refuse',
      remedy: 'Do not use this document; ask its sender for one that is signed and unchanged.',
      cause,
    });
  }
}
