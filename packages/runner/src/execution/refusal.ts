import {
  envelopeDigest,
  peekStatement,
  signStatement,
  type ExecuteRequest,
  type ExecutionEvent,
  type Signer,
  type Statement,
} from '@duovir/protocol';
import type { RunnerError } from '../error.ts';

type RefusalEvent = Extract<ExecutionEvent, { kind: 'refusal' }>;

/** That the runner would not, and why, signed, so that the ledger can say so. */
export async function makeRefusal(
  signer: Signer,
  request: ExecuteRequest,
  { code, message, remedy }: RunnerError,
  now: Date,
): Promise<RefusalEvent> {
  const claimed = claimedPermit(request);
  const refusal = await signStatement(signer, {
    kind: 'refusal',
    run: request.plan.run,
    time: now.toISOString(),
    subject: claimed?.subject ?? envelopeDigest(request.permit),
    predicate: { permit: claimed?.predicate.permit ?? null, code },
  });
  return { kind: 'refusal', refusal, code, message, remedy };
}

/** What the envelope says it is: good enough to name what is refused. Undefined when it is no permit at all. */
export function claimedPermit({ permit }: ExecuteRequest): Statement<'permit'> | undefined {
  try {
    const statement = peekStatement(permit);
    return statement.kind === 'permit' ? (statement as Statement<'permit'>) : undefined;
  } catch {
    return undefined;
  }
}
