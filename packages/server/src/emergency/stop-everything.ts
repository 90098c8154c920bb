import { commitTo, envelopeDigest, signStatement, type Envelope, type StopRequest } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import { appendOnce } from '../ledger/append-once.ts';
import { ownStatement } from '../own-statement.ts';
import type { Stop } from '../store/stops.ts';
import { agreeWithRunner, keepAgreeing } from './agree-with-runner.ts';
import { LOG, type EmergencyParts } from './parts.ts';
import { orderOf, stateStop } from './stated-stop.ts';

const SALT_BYTES = 32;

/**
 * Nothing is executed from now on. Not being able to write this down must not keep anybody from stopping, so the effect,
 * at the runner and in the store at once, comes before the entry; whatever of the three is missing is completed later.
 */
export async function stopEverything(parts: EmergencyParts, person: string, request: StopRequest): Promise<void> {
  const stop = await stopOf(parts, person, request);
  const [kept, held] = await Promise.allSettled([parts.stops.keep(stop), parts.runnerStops.hold(orderOf(stop))]);
  // Not with its reason: people write there what no log is to keep.
  console.warn(`${person} has stopped everything: \`duovir stop show\` says why.`);
  if (held.status === 'rejected') {
    console.error('The runner has not been told of the stop yet:', held.reason);
    keepAgreeing(parts);
  }
  if (kept.status === 'rejected') throw kept.reason;
  await stateStop(parts.ledger, stop);
}

/** Ends one stop. Whoever stopped had a reason that somebody else has to look at (Invariant 2); the runner asks the same. */
export async function liftStop(parts: EmergencyParts, person: string, envelope: Envelope): Promise<void> {
  const { run, subject, predicate } = ownStatement(parts, person, 'stop-lift', envelope);
  if (run !== LOG || predicate.person !== person)
    throw new ServerError(
      'statement-invalid',
      'The statement lifts in the name of somebody else, or for one run only.',
    );
  // The runner may hold what is not in force here, and know nothing of what is.
  await agreeWithRunner(parts);
  const stop = (await parts.stops.inForce()).find(({ digest }) => digest === subject);
  if (!stop) throw new ServerError('stop-unknown', `No stop ${subject} is in force.`);
  if (stop.person === person) throw new ServerError('separation', `${person} has stopped everything.`);
  // Said again after a crash in between, this is another statement about the same stop: an entry each, and one effect.
  await appendOnce(parts.ledger, `stop-lift/${envelopeDigest(envelope)}`, LOG, envelope);
  const held = await parts.runnerStops.held();
  if (held.some(({ statement }) => envelopeDigest(statement) === subject)) await parts.runnerStops.lift(envelope);
  await parts.stops.lift(stop.digest, person, parts.clock.now());
  console.warn(`${person} has lifted the stop of ${stop.person}.`);
  if ((await parts.stops.inForce()).length > 0) return;
  for (const { id } of await parts.runs.open()) await parts.wakeStopped(id);
}

async function stopOf(parts: EmergencyParts, person: string, { reason, halt, signed }: StopRequest): Promise<Stop> {
  const since = parts.clock.now();
  if (signed) {
    const { run, subject, predicate } = ownStatement(parts, person, 'stop', signed.statement);
    if (run !== LOG || subject !== parts.trust.current().digest)
      throw new ServerError(
        'statement-invalid',
        'The stop was signed under another trust policy, or for one run only.',
      );
    if (predicate.person !== person || predicate.commitment !== commitTo(signed.salt, reason))
      throw new ServerError('statement-invalid', 'The stop was signed for another person or for another reason.');
    return { ...signed, reason, halt, person, since, digest: envelopeDigest(signed.statement) };
  }
  const salt = parts.random.hex(SALT_BYTES);
  const statement = await signStatement(parts.signer, {
    kind: 'stop',
    run: LOG,
    time: since.toISOString(),
    subject: parts.trust.current().digest,
    predicate: { person, commitment: commitTo(salt, reason) },
  });
  return { statement, salt, reason, halt, person, since, digest: envelopeDigest(statement) };
}
