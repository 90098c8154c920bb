import type { Digest, Envelope, IntentDocument, RunRequest, Statement } from '@duovir/protocol';
import { digestOfDocument } from './sha256.ts';

/** Under which trust policy something is said, and when (UTC). */
export interface Saying {
  readonly trustPolicy: Digest;
  readonly time: Date;
}

const SALT_BYTES = 16;

/** The request as it is to be signed: its digest is in the ledger for good, and must not tell what was asked for. */
export function saltedRequest(request: RunRequest): RunRequest {
  const bytes = [...crypto.getRandomValues(new Uint8Array(SALT_BYTES))];
  return { ...request, salt: bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('') };
}

/** That a person asks for exactly this. */
export async function intentStatement(
  { run, requester, request }: IntentDocument,
  { trustPolicy, time }: Saying,
): Promise<Statement<'intent'>> {
  return {
    kind: 'intent',
    run,
    time: time.toISOString(),
    subject: await digestOfDocument({ run, requester, request }),
    predicate: { requester, trustPolicy },
  };
}

/** What a person says about a motion. */
export function approvalStatement(
  { run, motion, verdict }: { readonly run: string; readonly motion: Digest; readonly verdict: 'approve' | 'reject' },
  { trustPolicy, time }: Saying,
): Statement<'approval'> {
  return {
    kind: 'approval',
    run,
    time: time.toISOString(),
    subject: motion,
    predicate: { verdict, trustPolicy },
  };
}

/** That a person ends what another one has stopped. */
export async function liftStatement(
  { person, stop }: { readonly person: string; readonly stop: Envelope },
  { time }: Pick<Saying, 'time'>,
): Promise<Statement<'stop-lift'>> {
  return {
    kind: 'stop-lift',
    run: 'duovir',
    time: time.toISOString(),
    subject: await digestOfDocument(stop),
    predicate: { person },
  };
}
