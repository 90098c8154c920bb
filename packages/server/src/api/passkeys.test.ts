import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { passkeyOptionsSchema, passkeySchema, passkeysViewSchema, passkeyViewSchema } from '@duovir/protocol';
import { register, type Ceremony } from '../passkey/authenticator.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { startApi, type Person, type TestApi } from './api.fixture.ts';

let server: TestApi;
let origin: string;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
  origin = server.url.replace('127.0.0.1', 'localhost');
});
afterAll(() => server.close());

/** Asks the server under its name, as the page would. */
async function ask(path: string, as: Person, body?: unknown): Promise<Response> {
  return fetch(origin + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token(as)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function begin(as: Person): Promise<ReturnType<typeof passkeyOptionsSchema.parse>> {
  return passkeyOptionsSchema.parse(await (await ask('/v1/passkeys/options', as)).json());
}

async function list(as: Person): Promise<ReturnType<typeof passkeysViewSchema.parse>> {
  return passkeysViewSchema.parse(await (await server.ask('/v1/passkeys', { as })).json());
}

async function codeOf(answer: Response): Promise<string> {
  expect(answer.ok).toBe(false);
  return ((await answer.json()) as { code: string }).code;
}

test('a registered passkey is proposed with the lines that enrol it, and seen by its owner alone', async () => {
  const registration = register(await begin('ann'), origin);
  const answer = await ask('/v1/passkeys', 'ann', registration);
  expect(answer.status).toBe(201);
  const proposed = passkeyViewSchema.parse(await answer.json());
  expect(proposed).toMatchObject({
    id: registration.id,
    state: 'proposed',
    relyingParty: 'localhost',
    origins: [origin],
  });
  const lines = proposed.state === 'proposed' ? proposed.enrolment : '';
  const { passkeys } = parse(lines.replaceAll(/^ {4}/gm, '')) as { passkeys: unknown[] };
  const { state, enrolment, keyId, ...passkey } = proposed as Extract<typeof proposed, { state: 'proposed' }>;
  expect([state, enrolment]).toEqual(['proposed', lines]);
  expect(keyId).toMatch(/^ann\/[0-9a-f]{16}$/);
  expect(passkeys.map((one) => passkeySchema.parse(one))).toEqual([passkey]);
  expect(lines).toContain(`# ${keyId}\n`);
  expect(await list('ann')).toEqual({
    person: 'ann',
    trustPolicy: server.api.trust.current().digest,
    passkeys: [proposed],
  });
  expect((await list('bob')).passkeys).toEqual([]);
  expect((await begin('ann')).known).toEqual([registration.id]);
});

const refused: Record<string, Partial<Ceremony>> = {
  'made on another page': { origin: 'https://evil.example' },
  'made for another host': { relyingParty: 'evil.example' },
  'made for another challenge': { challenge: Buffer.alloc(32).toString('base64url') },
  'made without verifying the user': { flags: 0x01 },
  'made without the user': { flags: 0x04 },
  'of another curve': { curve: 'P-384' },
};
test.each(Object.entries(refused))('a passkey %s is refused, and nothing is kept of it', async (_, changes) => {
  const registration = register(await begin('cara'), origin, changes);
  expect(await codeOf(await ask('/v1/passkeys', 'cara', registration))).toBe('passkey-invalid');
  expect((await list('cara')).passkeys).toEqual([]);
});

test('a challenge is for one person and for one registration', async () => {
  const options = await begin('bob');
  expect(await codeOf(await ask('/v1/passkeys', 'cara', register(options, origin)))).toBe('passkey-invalid');
  expect((await ask('/v1/passkeys', 'bob', register(options, origin))).status).toBe(201);
  expect(await codeOf(await ask('/v1/passkeys', 'bob', register(options, origin)))).toBe('passkey-invalid');
});

test('nobody takes over a credential id that is somebody else’s', async () => {
  const registration = register(await begin('bob'), origin);
  await ask('/v1/passkeys', 'bob', registration);
  const again = register(await begin('ann'), origin);
  await ask('/v1/passkeys', 'ann', { ...again, id: registration.id });
  expect((await list('bob')).passkeys.map(({ id }) => id)).toContain(registration.id);
  expect((await list('ann')).passkeys.map(({ id }) => id)).not.toContain(registration.id);
});

test('the newest eight are kept', async () => {
  const made: string[] = [];
  for (let count = 0; count < 10; count++) {
    const registration = register(await begin('dan'), origin);
    expect((await ask('/v1/passkeys', 'dan', registration)).status).toBe(201);
    made.unshift(registration.id);
  }
  expect((await list('dan')).passkeys.map(({ id }) => id)).toEqual(made.slice(0, 8));
});

test('a page opened by an address is told to take a name', async () => {
  expect(await codeOf(await server.ask('/v1/passkeys/options', { method: 'POST' }))).toBe('passkey-place');
});

test('who is not enrolled registers nothing', async () => {
  expect(await codeOf(await ask('/v1/passkeys/options', 'eve'))).toBe('forbidden');
});
