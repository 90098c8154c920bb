import { intentDigest, type Envelope, type RunRequest, type StartRun } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import { ownStatement } from '../own-statement.ts';
import type { Api } from './ports.ts';
import { newRunId } from './run-id.ts';

/** What is asked for, the run it is for, and the requester's own word for it where he has given one. */
export interface AskedRun {
  readonly run: string;
  readonly request: RunRequest;
  readonly intent: Envelope | null;
}

const SALT_BYTES = 16;

type Parts = Pick<Api, 'trust' | 'clock' | 'random'>;

/**
 * Whose request this is, the server alone could say of anybody. From the class on that the officer has named, the runner
 * believes nobody but the requester; where that is every class, a request that he has not signed is refused at once.
 */
export function askedRun(parts: Parts, person: string, { intent, ...request }: StartRun): AskedRun {
  if (intent) {
    assertIntent(parts, person, request, intent);
    return { run: intent.run, request, intent: intent.statement };
  }
  if (parts.trust.current().policy.requests.signedFrom === 'R0')
    throw new ServerError('request-unsigned', 'The trust policy asks for the signature of whoever requests a run.');
  const salted = { salt: parts.random.hex(SALT_BYTES), ...request };
  return { run: newRunId(parts.random), request: salted, intent: null };
}

function assertIntent(
  parts: Parts,
  person: string,
  request: RunRequest,
  { run, statement: envelope }: NonNullable<StartRun['intent']>,
): void {
  const { run: signedFor, subject, predicate } = ownStatement(parts, person, 'intent', envelope);
  if (signedFor !== run || predicate.requester !== person)
    throw new ServerError(
      'statement-invalid',
      'The intent was signed for another run, or in the name of somebody else.',
    );
  if (subject !== intentDigest({ run, requester: person, request }))
    throw new ServerError('statement-invalid', 'The intent was signed for another request than this one.');
  if (predicate.trustPolicy !== parts.trust.current().digest)
    throw new ServerError(
      'statement-invalid',
      'The intent was signed under another trust policy than the one in force.',
    );
}
