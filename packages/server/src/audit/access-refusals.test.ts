import { hash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { Statement } from '@duovir/protocol';
import { readEntry } from '../api/run-entries.ts';
import { TokenTable } from '../access/token-table.ts';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { AccessRefusals, MOST_TALLIES, type Refusal } from './access-refusals.ts';
import { entriesOfKind } from './entries-of-kind.fixture.ts';
import { HandClock } from './hand-clock.fixture.ts';

let server: TestApi;
let before: number;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());
beforeEach(async () => {
  before = (await entriesOfKind(server.api.log, 'access-refusal')).length;
});
const refusals = async (): Promise<Statement<'access-refusal'>['predicate'][]> => {
  await server.api.refusals.flush();
  return (await entriesOfKind(server.api.log, 'access-refusal')).slice(before).map(({ predicate }) => predicate);
};
const attempts = (all: readonly { readonly attempts: number }[]): number =>
  all.reduce((sum, { attempts: count }) => sum + count, 0);
const refused = (changes: Partial<Refusal> = {}): Refusal => ({
  person: 'ann',
  action: 'read',
  reason: 'not-allowed',
  origin: 'network',
  ...changes,
});

test.each([
  ['a token that nobody has', 'bogus', '/v1/runs', [null, null, 'unauthenticated'], 401],
  ['a person who is not enrolled', 'eve', '/v1/session', ['eve', 'read', 'not-allowed'], 403],
  ['what a person may not do', 'dan', '/v1/tokens', ['dan', 'read', 'not-allowed'], 403],
] as const)('%s is on record', async (_, who, path, [person, action, reason], status) => {
  const token = who === 'bogus' ? `duovir_${'a'.repeat(20)}_${'x'.repeat(43)}` : server.token(who);
  const init = who === 'dan' ? { method: 'POST', body: tokenFor('ann') } : {};
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  expect((await fetch(server.url + path, { ...init, headers })).status).toBe(status);
  expect(await refusals()).toMatchObject([{ person, action, reason, attempts: 1, origin: 'loopback' }]);
});

/** Those of a minute in which nobody has knocked yet. */
function freshRefusals(): AccessRefusals {
  const own = new AccessRefusals({ ...server.api, clock: new HandClock() });
  Object.assign(server.api, { refusals: own });
  return own;
}

function tokenFor(person: string): string {
  return JSON.stringify({ person, scopes: ['read'], expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
}

test('a token that has expired or is for something else is on record under the name of its person', async () => {
  const now = new Date();
  const keep = async (id: string, scopes: 'read'[], expiresAt: Date): Promise<string> => {
    const text = ['duovir', id, 'y'.repeat(43)].join('_');
    const times = {
      issuedAt: now.toISOString(),
      expiresAt: expiresAt.toISOString(),
      lastUsedAt: null,
      revokedAt: null,
    };
    await new TokenTable(server.api.database).add({
      id,
      person: 'bob',
      issuer: 'bob',
      scopes,
      ...times,
      hash: hash('sha256', text),
    });
    return text;
  };
  const old = await keep('b'.repeat(20), ['read'], new Date(now.getTime() - 1000));
  const narrow = await keep('c'.repeat(20), ['read'], new Date(now.getTime() + 60_000));
  const ask = (path: string, token: string, method = 'GET'): Promise<Response> =>
    fetch(server.url + path, { method, headers: { authorization: `Bearer ${token}` } });
  expect((await ask('/v1/session', old)).status).toBe(401);
  expect((await ask('/v1/budget/resume', narrow, 'POST')).status).toBe(403);
  expect(await refusals()).toMatchObject([
    { person: 'bob', action: 'read', reason: 'expired' },
    { person: 'bob', action: 'administer', reason: 'out-of-scope' },
  ]);
});

test('a run that somebody may not see is told not to exist, and the attempt is on record; a run that nobody has is none', async () => {
  freshRefusals();
  const answer = await server.ask('/v1/runs', {
    method: 'POST',
    body: JSON.stringify({ goal: 'Anything', target: 'sandbox' }),
    headers: { 'content-type': 'application/json' },
  });
  const { id } = (await answer.json()) as { id: string };
  for (const run of [id, `run-${'z'.repeat(20)}`])
    expect((await server.ask(`/v1/runs/${run}`, { as: 'dan' })).status).toBe(404);
  expect(await refusals()).toMatchObject([{ person: 'dan', action: 'read', reason: 'not-allowed', attempts: 1 }]);
});

test('a thousand knocks of a stranger are a handful of entries, which say how many there were, and nothing of what he said', async () => {
  const own = freshRefusals();
  const secrets = Array.from({ length: 1000 }, (_, at) => `planted${hash('sha256', String(at)).slice(0, 24)}`);
  for (let from = 0; from < secrets.length; from += 50)
    await Promise.all(
      secrets
        .slice(from, from + 50)
        .map((secret) =>
          fetch(`${server.url}/v1/runs/${secret}?${secret}`, { headers: { authorization: `Bearer ${secret}` } }),
        ),
    );
  await own.close();
  const stated = await refusals();
  expect(stated.length).toBeLessThanOrEqual(2);
  expect(attempts(stated)).toBe(1000);
  const bodies = (await server.api.log.entries({ run: 'duovir' })).map(({ body }) => readEntry({ index: 0, body }));
  expect(bodies.filter(({ statement }) => /planted|v1\//.test(JSON.stringify(statement)))).toEqual([]);
});

test('the first is written at once, the rest as a number once a minute, and at the end what is left', async () => {
  const clock = new HandClock();
  const own = new AccessRefusals({ ...server.api, clock });
  for (let second = 0; second < 180; second += 1) {
    own.note(refused());
    await own.flush();
    clock.advance(1);
  }
  expect((await refusals()).map(({ attempts: count }) => count)).toEqual([1, 60, 60]);
  await own.close();
  expect((await refusals()).map(({ attempts: count }) => count)).toEqual([1, 60, 60, 59]);
});

test('however many people are turned away, the entries of a minute are few, and every attempt is counted', async () => {
  const clock = new HandClock();
  const own = new AccessRefusals({ ...server.api, clock });
  for (let at = 0; at < 1000; at += 1) own.note(refused({ person: `person-${at}` }));
  await own.flush();
  expect((await refusals()).length).toBeLessThanOrEqual(MOST_TALLIES + 1);
  await own.close();
  const stated = await refusals();
  expect(stated.length).toBeLessThanOrEqual(MOST_TALLIES + 2);
  expect(attempts(stated)).toBe(1000);
  expect(stated.at(-1)).toMatchObject({ person: null, action: null, reason: 'not-allowed' });
});

test('refusals that the ledger did not take are counted in the next entry', async () => {
  let isBroken = true;
  const ledger = new Proxy(server.api.ledger, {
    get: (target, name) =>
      name === 'append' && isBroken
        ? () => Promise.reject(new Error('broken'))
        : Reflect.get(target, name).bind(target),
  });
  const clock = new HandClock();
  const own = new AccessRefusals({ ...server.api, ledger, clock });
  own.note(refused());
  await own.flush();
  own.note(refused());
  isBroken = false;
  clock.advance(60);
  await own.flush();
  expect((await refusals()).map(({ attempts: count }) => count)).toEqual([2]);
});
