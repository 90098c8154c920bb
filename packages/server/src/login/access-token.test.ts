import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { problemSchema, sessionViewSchema } from '@duovir/protocol';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { AUDIENCE, CLIENT, TestIssuer } from './issuer.fixture.ts';

let issuer: TestIssuer;
let server: TestApi;
beforeAll(async () => {
  issuer = await TestIssuer.start();
  const login = { issuer: issuer.url, clientId: CLIENT, audience: AUDIENCE };
  server = await startApi(await freshDatabase(inject('postgres')), { login });
});
afterAll(async () => {
  await server.close();
  await issuer.close();
});

const ask = (token: string): Promise<Response> =>
  server.ask('/v1/session', { headers: { authorization: `Bearer ${token}` } });
async function codeOf(token: string): Promise<string> {
  const answer = await ask(token);
  return `${answer.status} ${problemSchema.parse(await answer.json()).code}`;
}
const seconds = (from: number): number => Math.floor(Date.now() / 1000) + from;

test('an access token of the issuer is the person whom the trust policy knows by that subject', async () => {
  const answer = await ask(await issuer.sign());
  expect(sessionViewSchema.parse(await answer.json())).toMatchObject({
    person: 'ann',
    scopes: ['read', 'request', 'approve', 'stop', 'administer', 'audit'],
  });
});

test('a token for somebody else, or from somebody else, opens nothing', async () => {
  expect(await codeOf(await issuer.sign({ aud: 'https://other.example' }))).toBe('401 unauthenticated');
  expect(await codeOf(await issuer.sign({ iss: 'https://other.example' }))).toBe('401 unauthenticated');
});

test('a login of nobody whom the officer has enrolled opens nothing', async () => {
  expect(await codeOf(await issuer.sign({ sub: 'subject-of-nobody' }))).toBe('403 forbidden');
  expect(await codeOf(await issuer.sign({ sub: 'ann' }))).toBe('403 forbidden');
});

test('the clocks may be a minute apart, and not more', async () => {
  expect((await ask(await issuer.sign({ exp: seconds(-30) }))).status).toBe(200);
  expect(await codeOf(await issuer.sign({ exp: seconds(-90) }))).toBe('401 token-expired');
  expect((await ask(await issuer.sign({ nbf: seconds(30) }))).status).toBe(200);
  expect(await codeOf(await issuer.sign({ nbf: seconds(90) }))).toBe('401 unauthenticated');
});

test('a token that never ends, or names nobody, opens nothing', async () => {
  expect(await codeOf(await issuer.sign({ exp: undefined }))).toBe('401 unauthenticated');
  expect(await codeOf(await issuer.sign({ sub: undefined }))).toBe('401 unauthenticated');
});

test('no signature, a shared secret, or a key that is not the issuer’s: no token', async () => {
  const claims = { iss: issuer.url, aud: AUDIENCE, sub: 'subject-of-ann', exp: seconds(600) };
  expect(await codeOf(new UnsecuredJWT(claims).encode())).toBe('401 unauthenticated');
  const secret = new TextEncoder().encode('a secret that is known to everybody who reads the keys');
  const shared = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'key-1' }).sign(secret);
  expect(await codeOf(shared)).toBe('401 unauthenticated');
  const { privateKey } = await generateKeyPair('RS256');
  const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(privateKey);
  expect(await codeOf(forged)).toBe('401 unauthenticated');
});

test('an ID token is not an access token, even where somebody has made the audiences the same', async () => {
  expect(await codeOf(await issuer.sign({ nonce: 'n' }))).toBe('401 unauthenticated');
  expect(await codeOf(await issuer.sign({ aud: CLIENT }))).toBe('401 unauthenticated');
});

test('when the issuer has changed its keys, the new ones count and the old ones no longer', async () => {
  const old = await issuer.sign();
  expect((await ask(old)).status).toBe(200);
  await issuer.rotate();
  expect((await ask(await issuer.sign())).status).toBe(200);
  expect(await codeOf(old)).toBe('401 unauthenticated');
});

test('Invariant 6: while the keys cannot be had, nobody is recognised', async () => {
  await issuer.rotate();
  issuer.goDown();
  expect(await codeOf(await issuer.sign())).toBe('503 login-unavailable');
  issuer.goDown(false);
  expect((await ask(await issuer.sign())).status).toBe(200);
});

test('without an issuer in the trust policy its tokens are none', async () => {
  const other = await startApi(await freshDatabase(inject('postgres')));
  const answer = await other.ask('/v1/session', { headers: { authorization: `Bearer ${await issuer.sign()}` } });
  expect(answer.status).toBe(401);
  await other.close();
});
