import * as z from 'zod';
import { digestOf } from './digest-of.ts';
import type { Digest } from './digest.ts';
import { envelopeSchema, type Envelope } from './envelope.ts';
import { runIdSchema } from './name.ts';
import { runRequestSchema, type AcceptedRequest } from './request.ts';
import { signStatement } from './sign-statement.ts';
import type { Signer } from './signature.ts';

/** What a person signs when asking for a run; the run's id makes one signature good for one run. */
export type IntentDocument = Pick<AcceptedRequest, 'run' | 'requester' | 'request'>;

export function intentDigest({ run, requester, request }: IntentDocument): Digest {
  return digestOf({ run, requester, request });
}

/** POST /v1/runs. `intent`: the requester's own signature and the run it is for, where the trust policy asks for one. */
export const startRunSchema = runRequestSchema.extend({
  intent: z.strictObject({ run: runIdSchema, statement: envelopeSchema }).optional(),
});
export type StartRun = z.infer<typeof startRunSchema>;

export function signIntent(
  signer: Signer,
  document: IntentDocument,
  { trustPolicy, time }: { readonly trustPolicy: Digest; readonly time: string },
): Promise<Envelope> {
  return signStatement(signer, {
    kind: 'intent',
    run: document.run,
    time,
    subject: intentDigest(document),
    predicate: { requester: document.requester, trustPolicy },
  });
}
