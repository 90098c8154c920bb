import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  issuedTokenSchema,
  problemSchema,
  tokenViewSchema,
  type AccessAction,
  type IssuedToken,
} from '@duovir/protocol';
import * as z from 'zod';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { startApi, type Person, type TestApi } from './api.fixture.ts';
import { runEntries } from './run-entries.ts';

const DAY_MS = 86_400_000;
const listSchema = z.strictObject({ items: z.array(tokenViewSchema) });

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

interface Wish {
  readonly scopes: readonly AccessAction[];
  readonly person?: Person;
  readonly lasts?: number;
}

function post(wish: Wish, headers: Record<string, string> = {}, as: Person = 'ann'): Promise<Response> {
  const { scopes, person, lasts = DAY_MS / 2 } = wish;
  const expiresAt = new Date(Date.now() + lasts).toISOString();
  return server.ask('/v1/tokens', {
    as,
    method: 'POST',
    body: JSON.stringify({ scopes, expiresAt, ...(person === undefined ? {} : { person }) }),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

async function issue(wish: Wish, as: Person = 'ann'): Promise<IssuedToken> {
  const answer = await post(wish, {}, as);
  expect(answer.status).toBe(201);
  return issuedTokenSchema.parse(await answer.json());
}

const bearer = ({ token }: { readonly token: string }): Record<string, string> => ({
  authorization: `Bearer ${token}`,
});
const get = (path: string, issued: IssuedToken): Promise<Response> => server.ask(path, { headers: bearer(issued) });

async function codeOf(answer: Response): Promise<string> {
  return `${answer.status} ${problemSchema.parse(await answer.json()).code}`;
}

test('a token is shown once, works, and is kept as a hash only', async () => {
  const issued = await issue({ scopes: ['read'] });
  expect(issued.token).toMatch(new RegExp(`^duovir_${issued.id}_[A-Za-z0-9_-]{43}$`));
  expect((await get('/v1/runs', issued)).status).toBe(200);
  const secret = issued.token.split('_').slice(2).join('_');
  const rows = await server.api.database.query('select * from duovir.token');
  expect(JSON.stringify(rows)).not.toContain(secret);
  const { items } = listSchema.parse(await (await server.ask('/v1/tokens')).json());
  expect(items.find(({ id }) => id === issued.id)).toMatchObject({ person: 'ann', scopes: ['read'], revokedAt: null });
  expect(JSON.stringify(items)).not.toContain(secret);
});

test('a stolen token does not keep itself alive, and does not take the others of its owner away', async () => {
  const all = await issue({ scopes: ['read', 'approve'] });
  const stolen = await issue({ scopes: ['read'], lasts: 60_000 });
  expect(await codeOf(await post({ scopes: ['read'] }, bearer(stolen)))).toBe('403 scope-escalation');
  const revocation = await server.ask(`/v1/tokens/${all.id}`, { method: 'DELETE', headers: bearer(stolen) });
  expect(await codeOf(revocation)).toBe('403 scope-escalation');
  expect((await get('/v1/runs', all)).status).toBe(200);
});

test('when a token was used last is known to the hour', async () => {
  const issued = await issue({ scopes: ['read'] });
  await get('/v1/runs', issued);
  expect((await server.api.tokens.find(issued.id)).lastUsedAt).toMatch(/T\d\d:00:00\.000Z$/);
});

test('a token does what its scopes say, and nothing that its person may not', async () => {
  const reads = await issue({ scopes: ['read'] });
  const start = { method: 'POST', body: '{"goal":"a","target":"sandbox"}' };
  const json = { 'content-type': 'application/json' };
  expect(await codeOf(await server.ask('/v1/runs', { ...start, headers: { ...json, ...bearer(reads) } }))).toBe(
    '403 scope-missing',
  );
  const administers = await issue({ scopes: ['read', 'administer'] });
  const resume = await server.ask('/v1/budget/resume', { method: 'POST', headers: bearer(administers) });
  expect(await codeOf(resume)).toBe('403 forbidden');
});

test('a token gives no more than it has (scope escalation)', async () => {
  const reads = await issue({ scopes: ['read'] });
  expect(await codeOf(await post({ scopes: ['read', 'approve'] }, bearer(reads)))).toBe('403 scope-escalation');
  expect((await post({ scopes: ['read'], lasts: DAY_MS / 4 }, bearer(reads))).status).toBe(201);
});

test('only who administers issues for others, and only for people of the trust policy', async () => {
  expect(await codeOf(await post({ scopes: ['read'], person: 'bob' }))).toBe('403 forbidden');
  expect(await issue({ scopes: ['read'], person: 'ann' }, 'bob')).toMatchObject({ person: 'ann', issuer: 'bob' });
  expect(await codeOf(await post({ scopes: ['read'], person: 'eve' }, {}, 'bob'))).toBe('403 forbidden');
  const asAnn = await issue({ scopes: ['read', 'administer'], person: 'ann' }, 'bob');
  expect(await codeOf(await post({ scopes: ['read'], person: 'bob' }, bearer(asAnn)))).toBe('403 forbidden');
});

test('no token lasts for more than 366 days, or has ended before it begins', async () => {
  for (const lasts of [367 * DAY_MS, 0, -DAY_MS])
    expect(await codeOf(await post({ scopes: ['read'], lasts }))).toBe('422 request-invalid');
});

test('a token that has expired says so', async () => {
  const issued = await issue({ scopes: ['read'], lasts: 300 });
  await sleep(350);
  const answer = await get('/v1/runs', issued);
  expect(answer.status).toBe(401);
  expect(problemSchema.parse(await answer.json())).toMatchObject({
    code: 'token-expired',
    remedy: expect.stringContaining('duovir token create'),
  });
});

test('a revoked token opens nothing, and its event streams end at once', async () => {
  const issued = await issue({ scopes: ['read'] });
  const stream = await get('/v1/events', issued);
  const ended = stream.text().then(
    () => 'ended',
    () => 'ended',
  );
  const revoked = await server.ask(`/v1/tokens/${issued.id}`, { method: 'DELETE' });
  expect(tokenViewSchema.parse(await revoked.json()).revokedAt).not.toBeNull();
  expect(await codeOf(await get('/v1/runs', issued))).toBe('401 token-revoked');
  expect(await Promise.race([ended, sleep(2000, 'open')])).toBe('ended');
});

test("somebody else's token does not exist, except for who administers", async () => {
  const issued = await issue({ scopes: ['read'] });
  expect(await codeOf(await server.ask(`/v1/tokens/${issued.id}`, { method: 'DELETE', as: 'dan' }))).toBe(
    '404 token-unknown',
  );
  const ofDan = listSchema.parse(await (await server.ask('/v1/tokens', { as: 'dan' })).json());
  expect(ofDan.items.map(({ person }) => person)).toEqual(['dan']);
  expect((await server.ask(`/v1/tokens/${issued.id}`, { method: 'DELETE', as: 'bob' })).status).toBe(200);
});

test('Invariant 9: issue and revocation are in the ledger, and the token is not', async () => {
  const issued = await issue({ scopes: ['read', 'stop'] });
  await server.ask(`/v1/tokens/${issued.id}`, { method: 'DELETE' });
  const entries = await runEntries(server.api.log, 'duovir', ['token-issue', 'token-revoke']);
  const about = entries.filter(({ statement }) => statement.predicate.token === issued.id);
  expect(about.map(({ statement }) => statement.kind)).toEqual(['token-issue', 'token-revoke']);
  expect(about[0]?.statement.predicate).toMatchObject({ person: 'ann', issuer: 'ann', scopes: ['read', 'stop'] });
});

test('a changed letter, another id, or another secret is no token', async () => {
  const [one, other] = [await issue({ scopes: ['read'] }), await issue({ scopes: ['read'] })];
  const swapped = one.token.replace(one.id, other.id);
  const flipped = `${one.token.slice(0, -2)}${one.token.endsWith('A') ? 'BB' : 'AA'}`;
  for (const token of [swapped, flipped, one.token.toUpperCase(), `${one.token}x`])
    expect(await codeOf(await server.ask('/v1/runs', { headers: bearer({ token }) }))).toBe('401 unauthenticated');
});

test('what `duovir init` gave can be revoked too, and stays so when the server begins anew', async () => {
  const initial = {
    id: 'initial-cara',
    person: 'cara',
    scopes: ['read'],
    issuedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + DAY_MS / 2).toISOString(),
    hash: '0'.repeat(64),
  } as const;
  await server.api.tokens.revoke(initial.id, 'cara');
  await server.api.database.query('delete from duovir.token where id = $1', [initial.id]);
  await server.api.tokens.takeOver([{ ...initial, scopes: [...initial.scopes] }]);
  expect((await server.api.tokens.find(initial.id)).revokedAt).not.toBeNull();
});
