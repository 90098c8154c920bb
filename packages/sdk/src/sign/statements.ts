import type { Digest, Envelope, IntentDocument, Statement } from '@duovir/protocol';
import { digestOfDocument } from './sha256.ts';

/** Under which trust policy something is said, and when (UTC). */
export interface Saying {
  readonly trustPolicy: Digest;
  readonly time: Date;
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
