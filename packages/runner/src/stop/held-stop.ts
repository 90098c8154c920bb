import * as z from 'zod';
import {
  commitTo,
  envelopeDigest,
  envelopeSchema,
  stopOrderSchema,
  type Digest,
  type Envelope,
  type StopOrder,
  type TrustPolicy,
} from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { claimedSigner, openSigned } from '../permit/signed-statement.ts';

/** What concerns no run. */
const LOG = 'duovir';

/** A stop as it lies on disk. A lifted one stays: it could be sent again, together with its lift. */
export const heldStopSchema = z.strictObject({
  order: stopOrderSchema,
  person: z.string(),
  lift: envelopeSchema.nullable(),
});
export type HeldStop = z.infer<typeof heldStopSchema>;

/** Who has stopped: says so himself, or the server does for him. Stopping gives nobody anything, so its word is enough. */
export function openStop(order: StopOrder, policy: TrustPolicy): HeldStop {
  const { statement: envelope, salt, reason } = order;
  const role = claimedSigner(envelope, policy)?.role === 'person' ? 'person' : 'server';
  const { signer, statement } = openSigned(envelope, 'stop', role, policy, 'stop-forged');
  const { person, commitment } = statement.predicate;
  if (statement.run !== LOG) throw new RunnerError('stop-forged', 'The stop is about one run only.');
  if (role === 'person' && person !== signer.name)
    throw new RunnerError('stop-forged', `${signer.name} stops in the name of ${person}.`);
  if (commitment !== commitTo(salt, reason))
    throw new RunnerError('stop-forged', 'The stop was made for another reason than the one that is given.');
  return { order, person, lift: null };
}

/** The stop that is lifted, by digest. Whoever lifts is enrolled as a person, has signed that himself, and is known here. */
export function openLift(envelope: Envelope, policy: TrustPolicy): { readonly stop: Digest; readonly person: string } {
  const { signer, statement } = openSigned(envelope, 'stop-lift', 'person', policy, 'lift-forged');
  if (statement.run !== LOG || statement.predicate.person !== signer.name)
    throw new RunnerError('lift-forged', `${signer.name} lifts in the name of somebody else, or for one run only.`);
  return { stop: statement.subject, person: signer.name };
}

export function digestOfStop({ order }: HeldStop): Digest {
  return envelopeDigest(order.statement);
}
