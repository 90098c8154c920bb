import type { UnixClient } from '@duovir/principal';
import { envelopeSchema, type Envelope } from '@duovir/protocol';
import * as z from 'zod';

const seenSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('nothing') }),
  z.strictObject({ kind: z.literal('restored'), decision: envelopeSchema }),
  z.strictObject({ kind: z.literal('seen'), note: z.string() }),
]);
/** What a witness says that it has seen of a log: the newest checkpoint, cosigned just now, or what the officer has said is left of it. */
export type Seen = z.infer<typeof seenSchema>;

export function askSeen(witness: UnixClient, origin: string): Promise<Seen> {
  return witness.call({ path: `/v1/seen?origin=${encodeURIComponent(origin)}` }, seenSchema);
}

/** Makes the witness forget what the officer has decided is lost, and go on from what is left. May be repeated until the log is heard of again. */
export async function handInRestore(witness: UnixClient, decision: Envelope): Promise<void> {
  await witness.call(
    { method: 'POST', path: '/v1/restore', body: decision },
    z.strictObject({ kind: z.literal('forgotten') }),
  );
}
