import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { problemSchema, sessionViewSchema } from '@duovir/protocol';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { TestBrowser } from './browser.fixture.ts';
import { AUDIENCE, CLIENT, TestIssuer } from './issuer.fixture.ts';

let issuer: TestIssuer;
let server: TestApi;
beforeAll(async () => {
  issuer = await TestIssuer.start();
  const login = { issuer: issuer.url, clientId: CLIENT, audience: AUDIENCE };
  server = await startApi(await freshDatabase(inject('postgres')), { login });
});
beforeEach(() => {
  issuer.subject = 'subject-of-ann';
});
afterAll(async () => {
  await server.close();
  await issuer.close();
});

const isCallback = ({ pathname }: URL): boolean => pathname === '/v1/login/callback';
const isHome = ({ origin, pathname }: URL): boolean => origin === server.url && pathname === '/';
const codeOf = async (answer: Response): Promise<string> =>
  `${answer.status} ${problemSchema.parse(await answer.json()).code}`;

async function logIn(): Promise<TestBrowser> {
  const browser = new TestBrowser();
  expect(await browser.follow(`${server.url}/v1/login`, isHome)).toBeInstanceOf(URL);
  return browser;
}

/** As far as the issuer sending the browser back. */
async function comeBack(browser: TestBrowser): Promise<URL> {
  const came = await browser.follow(`${server.url}/v1/login`, isCallback);
  if (came instanceof URL) return came;
  throw new Error(await came.text());
}

const post = (browser: TestBrowser, headers: Record<string, string>): Promise<Response> =>
  browser.open(`${server.url}/v1/runs`, {
    method: 'POST',
    body: JSON.stringify({ goal: 'Anything', target: 'sandbox' }),
    headers: { 'content-type': 'application/json', ...headers },
  });

test('who logs in at the issuer has a session here, for eight hours', async () => {
  const browser = await logIn();
  const answer = await browser.open(`${server.url}/v1/session`);
  const session = sessionViewSchema.parse(await answer.json());
  expect(session.person).toBe('ann');
  const hours = (Date.parse(session.expiresAt) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(7.9);
  expect(hours).toBeLessThanOrEqual(8);
});

test('no script, no other site and no plain connection but the loopback gets the cookie', async () => {
  const browser = await logIn();
  const session = browser.received.find((line) => line.startsWith('duovir-session='));
  expect(session).toMatch(/HttpOnly/);
  expect(session).toMatch(/SameSite=Strict/);
  expect(session).not.toMatch(/Secure/);
  expect(browser.received.find((line) => line.startsWith('duovir-login='))).toMatch(/SameSite=Lax/);
  const secret = /=([^;]*)/.exec(session ?? '')?.[1] ?? '';
  expect(secret).toMatch(/^[\w-]{43}$/);
  expect(JSON.stringify(await server.api.database.query('select * from duovir.session'))).not.toContain(secret);
});

test('a login of nobody whom the officer has enrolled begins no session', async () => {
  issuer.subject = 'subject-of-nobody';
  const browser = new TestBrowser();
  const answer = await browser.open(await comeBack(browser));
  expect(await codeOf(answer)).toBe('403 forbidden');
  expect((await browser.open(`${server.url}/v1/session`)).status).toBe(401);
});

test('what came back once opens nothing a second time', async () => {
  const browser = new TestBrowser();
  const came = await comeBack(browser);
  expect((await browser.open(came)).status).toBe(303);
  expect(await codeOf(await browser.open(came))).toBe('400 login-invalid');
});

test('a login that was begun in one browser is not finished in another (login CSRF)', async () => {
  const came = await comeBack(new TestBrowser());
  expect(await codeOf(await new TestBrowser().open(came))).toBe('400 login-invalid');
  const other = new TestBrowser();
  await other.open(`${server.url}/v1/login`);
  expect(await codeOf(await other.open(came))).toBe('400 login-invalid');
});

test('a changed state, a changed code or another issuer in the answer ends the login', async () => {
  for (const [name, value] of [
    ['state', 'another'],
    ['code', 'another'],
    ['iss', 'https://other.example'],
  ] as const) {
    const browser = new TestBrowser();
    const came = await comeBack(browser);
    came.searchParams.set(name, value);
    expect(await codeOf(await browser.open(came))).toBe('400 login-invalid');
  }
});

test('what the issuer refuses begins no session', async () => {
  const browser = new TestBrowser();
  const came = await comeBack(browser);
  const refused = new URL(came.pathname, came);
  refused.search = new URLSearchParams({
    error: 'access_denied',
    state: came.searchParams.get('state') ?? '',
    iss: issuer.url,
  }).toString();
  expect(await codeOf(await browser.open(refused))).toBe('400 login-invalid');
});

test('with a session nothing is changed from the page of another site (CSRF)', async () => {
  const browser = await logIn();
  for (const headers of [
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'same-site', origin: 'https://evil.example' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
    {},
  ])
    expect(await codeOf(await post(browser, headers as Record<string, string>))).toBe('403 page-foreign');
  expect((await post(browser, { 'sec-fetch-site': 'same-origin' })).status).toBe(201);
  expect((await post(browser, { origin: server.url })).status).toBe(201);
});

test('logging out ends the session for every copy of the cookie, and a foreign page cannot do it', async () => {
  const browser = await logIn();
  const url = `${server.url}/v1/logout`;
  const cookie = browser.received.find((line) => line.startsWith('duovir-session='))?.split(';')[0] ?? '';
  expect(await codeOf(await browser.open(url, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } }))).toBe(
    '403 page-foreign',
  );
  const answer = await browser.open(url, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } });
  expect(answer.status).toBe(204);
  expect((await fetch(`${server.url}/v1/session`, { headers: { cookie } })).status).toBe(401);
});

test('a token in the request counts, not the cookie beside it', async () => {
  const browser = await logIn();
  const answer = await browser.open(`${server.url}/v1/session`, {
    headers: { authorization: `Bearer ${server.token('bob')}` },
  });
  expect(sessionViewSchema.parse(await answer.json()).person).toBe('bob');
  const wrong = await browser.open(`${server.url}/v1/session`, { headers: { authorization: 'Bearer wrong' } });
  expect(wrong.status).toBe(401);
});
