import type { Passkey, PasskeyView } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import { REGISTRATION_SECONDS, RegistrationChallenges } from '../passkey/challenges.ts';
import { enrolmentLines, passkeyId } from '../passkey/enrolment.ts';
import { placeOf, type Place } from '../passkey/place.ts';
import { ALGORITHMS, readRegistration } from '../passkey/registration.ts';
import { jsonEndpoint, type ApiContext, type Endpoint } from './endpoint.ts';
import type { Api } from './ports.ts';

/** People register passkeys here. What they sign with them goes where all signed statements go. */
export function passkeyEndpoints(api: Api): Endpoint[] {
  const challenges = new RegistrationChallenges(api);
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/passkeys',
      operation: 'listPasskeys',
      summary: 'Your own passkeys: enrolled by the trust policy, or proposed to the officer.',
      access: { action: 'read', resource: 'installation' },
      answer: 'Passkeys',
      handle: async ({ person }) => ({
        person,
        trustPolicy: api.trust.current().digest,
        passkeys: await passkeysOf(api, person),
      }),
    }),
    jsonEndpoint({
      method: 'post',
      path: '/v1/passkeys/options',
      operation: 'beginPasskey',
      summary: 'What a browser needs to make a passkey for you.',
      access: { action: 'read', resource: 'installation' },
      answer: 'PasskeyOptions',
      handle: async ({ person, context }) => {
        const { relyingParty } = placeOfPage(context);
        const { policy } = api.trust.current();
        const known = (await passkeysOf(api, person)).filter((passkey) => passkey.relyingParty === relyingParty);
        return {
          challenge: challenges.give(person),
          relyingParty: { id: relyingParty, name: `Duovir, ${policy.organisation}` },
          user: { id: Buffer.from(person).toString('base64url'), name: person },
          algorithms: ALGORITHMS,
          known: known.map(({ id }) => id),
          timeoutSeconds: REGISTRATION_SECONDS,
        };
      },
    }),
    jsonEndpoint({
      method: 'post',
      path: '/v1/passkeys',
      operation: 'proposePasskey',
      summary: 'Register a passkey. It signs nothing before the trust policy lists it; the answer says how.',
      access: { action: 'read', resource: 'installation' },
      body: 'PasskeyRegistration',
      answer: 'Passkey',
      status: 201,
      handle: async ({ person, body, context }) => {
        const challenge = challenges.take(person);
        if (challenge === undefined)
          throw new ServerError('passkey-invalid', 'No registration of yours is open, or it took too long.');
        const passkey = await readRegistration(body, challenge, placeOfPage(context));
        await api.passkeys.propose(person, passkey, api.clock.now());
        return proposedView(person, passkey);
      },
    }),
  ];
}

function placeOfPage(context: ApiContext): Place {
  return placeOf(context.req.header('host') ?? '');
}

async function passkeysOf(api: Api, person: string): Promise<PasskeyView[]> {
  const { principals } = api.trust.current().policy;
  const enrolled = principals.find(({ name, role }) => role === 'person' && name === person)?.passkeys ?? [];
  const proposed = (await api.passkeys.ofPerson(person)).filter(({ id }) => enrolled.every((one) => one.id !== id));
  return [
    ...enrolled.map((passkey): PasskeyView => ({ ...passkey, keyId: passkeyId(person, passkey), state: 'enrolled' })),
    ...proposed.map((passkey) => proposedView(person, passkey)),
  ];
}

function proposedView(person: string, passkey: Passkey): PasskeyView {
  const enrolment = enrolmentLines(person, passkey);
  return { ...passkey, keyId: passkeyId(person, passkey), state: 'proposed', enrolment };
}
