import { entryKinds, envelopeBytes, signEnvelope, type Envelope } from '@duovir/protocol';
import { temporaryFolder } from '../src/folder.fixture.ts';
import { Organisation, RUN, TIME } from '../src/organisation.fixture.ts';
import { SPEAKERS } from '../src/speakers.ts';
import { writeSignedLog } from '../src/tampering/signed-log.fixture.ts';
import { misfitsOf, samples } from './statement-samples.fixture.ts';

/** A log that says everything once as it should be said, and then in every way in which it should not; all of it well signed. */
export async function misfitLog(): Promise<{ readonly folder: string; readonly entries: number }> {
  const acme = new Organisation();
  const about = { trustPolicy: acme.policyDigest };
  const told: Envelope[] = [await acme.say('server', 'log-start', acme.policyDigest, about, { run: 'duovir' })];
  const subject = [{ digest: { sha256: acme.policyDigest.slice('sha256:'.length) }, name: RUN }];
  for (const kind of entryKinds) {
    const speaker = acme.policy.principals.find(({ role }) => SPEAKERS[kind].includes(role));
    const key = acme.keys.get(speaker?.name ?? '');
    if (!key) throw new Error(`nobody may state a ${kind}`);
    const say = (content: unknown, outer: object = {}): Promise<Envelope> =>
      signEnvelope(key.signer, {
        _type: 'https://in-toto.io/Statement/v1',
        predicate: { content, time: TIME },
        predicateType: `urn:duovir:${kind}:v1`,
        subject,
        ...outer,
      });
    told.push(await say(samples[kind]));
    for (const content of misfitsOf(samples[kind])) told.push(await say(content));
    for (const predicateType of ['', `urn:duovir:${kind}:v2`, `urn:duovir:${kind}s:v1`, 'urn:duovir::v1'])
      told.push(await say(samples[kind], { predicateType }));
    for (const time of ['', 0, '2026-02-30T00:00:00.000Z', '2026-05-04T24:00:00.000Z', '2026-05-04T03:02:01Z'])
      told.push(await say(samples[kind], { predicate: { content: samples[kind], time } }));
  }
  const folder = temporaryFolder();
  await writeSignedLog({ acme, bodies: told.map(envelopeBytes), retained: [] }, folder, 'log-and-witness');
  return { folder, entries: told.length };
}
