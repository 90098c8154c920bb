import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey, loadPublicKey } from '@duovir/principal';
import type { Digest, Principal, RunEvent } from '@duovir/protocol';
import { createClient, newRunId, type Client } from '@duovir/sdk';
import { startSigned } from '../../signed-run.ts';
import { House } from '../house.ts';
import { refusal } from './refusal.ts';

const GOAL = 'Put nginx in front of two upstreams.';
/** Fails whenever it is evaluated, and that is when Dan wants to stop something. Cedar alone would skip it. */
const OVERFLOWING = `
@id("overflows")
forbid (principal == Duovir::Person::"dan", action == Duovir::Action::"stop", resource)
when { 9223372036854775807 + 1 == 0 };
`;

let house: House;
/** A person of another team, who may do there whatever operators may. */
let dan: Client;
let danToken: string;
/** A run of the operator's, who is of no team, that waits for people. */
let run: string;
let motion: Digest;
beforeAll(async () => {
  house = await House.open({
    change: (policy, state) => {
      createKey(state.person('dan'));
      const publicKey = loadPublicKey(state.person('dan'));
      const principal: Principal = {
        name: 'dan',
        role: 'person',
        publicKey,
        group: 'dan',
        team: 'payments',
        roles: ['operator'],
      };
      const access = { policies: `${policy.access.policies}${OVERFLOWING}` };
      return { ...policy, access, principals: [...policy.principals, principal] };
    },
  });
  danToken = (await house.client('approver').issueToken({ person: 'dan', scopes: [...ALL], expiresAt: inHours(1) }))
    .token;
  dan = createClient({ url: house.url, token: danToken });
  const wanted = { goal: GOAL, target: 'sandbox', environment: 'staging' } as const;
  run = (await startSigned(house.state.root, house.client(), wanted)).id;
  const last = (await house.events(run, 'approval-wait')).at(-1);
  if (last?.type !== 'approval-wait') throw new Error(JSON.stringify(last));
  motion = last.body.motion;
}, 120_000);
afterAll(() => house.close());

const ALL = ['read', 'request', 'approve', 'stop', 'administer'] as const;
const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

/** All that the server tells Dan about a path: status, code, and the text itself. */
async function told(path: string, token = danToken): Promise<{ status: number; code: string; text: string }> {
  const answer = await raw(path, token);
  const code = /"code":"([a-z-]+)"/.exec(answer.text)?.[1] ?? 'none';
  return { ...answer, code };
}

/** By the path as it is: `fetch` would tidy it up. */
function raw(path: string, token: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(house.url);
    const headers = { authorization: `Bearer ${token}` };
    const asked = request({ hostname, port, path, headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.once('error', reject);
    asked.end();
  });
}

const places = ['', '/plan', '/motions', '/opinions', '/permits', '/steps', '/logs', '/events'] as const;

test.each(places)('Invariant 6: another tenant’s run by its id: run-unknown at /v1/runs/{run}%s', async (place) => {
  const [hers, none] = await Promise.all([run, newRunId()].map((id) => told(`/v1/runs/${id}${place}`)));
  expect(hers).toMatchObject({ status: 404, code: 'run-unknown' });
  expect(hers?.text.replaceAll(run, '')).not.toContain('nginx');
  expect(hers?.status).toBe(none?.status);
});

test('Invariant 6: another tenant’s run by what hangs on it: as if it did not exist', async () => {
  const [entry] = await house.entries(run);
  const asked = [
    [`/v1/motions/${motion}/debate`, 'motion-unknown'],
    [`/v1/motions/${motion}/evidence`, 'motion-unknown'],
    [`/v1/ledger/entries/${entry?.index}`, 'entry-missing'],
    [`/v1/ledger/proof/${entry?.index}`, 'entry-missing'],
    [`/v1/budget?run=${run}`, 'run-unknown'],
  ] as const;
  for (const [path, code] of asked) expect([path, (await told(path)).code]).toEqual([path, code]);
  for (const path of ['/v1/runs', '/v1/approvals', '/v1/egress', '/v1/ledger/entries'])
    expect((await told(path)).text).not.toContain(run);
});

test('Invariant 6: another tenant’s run in the stream of all events', async () => {
  const seen: RunEvent[] = [];
  const ended = new AbortController();
  const reading = (async () => {
    for await (const event of dan.allEvents({ after: 0, signal: ended.signal })) seen.push(event);
  })().catch((error: unknown) => {
    if (!ended.signal.aborted) throw error;
  });
  const { id } = await startSigned(house.state.root, house.client(), { goal: GOAL, target: 'sandbox' });
  await house.client().cancel(id);
  await house.events(id);
  await pause(300);
  ended.abort();
  await reading;
  expect(seen.map((event) => event.run)).toEqual([]);
});

test('Invariant 6: another tenant’s run is stopped, answered or approved: run-unknown', async () => {
  expect(await refusal(dan.cancel(run))).toBe('run-unknown');
  expect(await refusal(dan.answer(run, 'Delete everything.'))).toBe('run-unknown');
  const [envelope] = (await house.entries(run)).map((entry) => entry.envelope);
  expect(await refusal(dan.decide(run, { motion, approval: envelope as never }))).toBe('run-unknown');
  expect((await house.client().run(run)).state.kind).toBe('waiting');
  const kinds = (await house.entries(run)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => ['cancellation', 'approval', 'permit'].includes(kind))).toEqual([]);
});

test('Invariant 6: an access policy that cannot be evaluated: forbidden', async () => {
  expect(await refusal(dan.stop({ reason: 'I want to.' }))).toBe('forbidden');
  expect(await house.client().stops()).toMatchObject({ stops: [], runner: 'open' });
});

async function tokens(): Promise<number> {
  let count = 0;
  for await (const { kind } of house.client('deputy').ledgerEntries()) if (kind === 'token-issue') count += 1;
  return count;
}

async function issued(by: Client, scopes: readonly (typeof ALL)[number][], expiresAt = inHours(1)): Promise<Client> {
  const { token } = await by.issueToken({ scopes: [...scopes], expiresAt });
  return createClient({ url: house.url, token });
}

test('Invariant 2: a token that is to do more than the one it is asked with: scope-escalation', async () => {
  const reading = await issued(house.client('approver'), ['read']);
  const before = await tokens();
  for (const scope of ['approve', 'administer', 'stop', 'request'] as const)
    expect(await refusal(issued(reading, ['read', scope]))).toBe('scope-escalation');
  expect(await tokens()).toBe(before);
});

test('Invariant 2: a token for somebody else: forbidden for all but administrators', async () => {
  const before = await tokens();
  for (const person of ['approver', 'deputy'])
    expect(await refusal(dan.issueToken({ person, scopes: ['read'], expiresAt: inHours(1) }))).toBe('forbidden');
  const nobody = { person: 'mallory', scopes: ['read' as const], expiresAt: inHours(1) };
  expect(await refusal(house.client('approver').issueToken(nobody))).toBe('forbidden');
  const lookalike = { ...nobody, person: '\u0430pprover' };
  expect(await refusal(house.client('approver').issueToken(lookalike))).toBe('request-invalid');
  expect(await tokens()).toBe(before);
});

test('Invariant 6: a token that is not for this: scope-missing', async () => {
  const reading = await issued(house.client('approver'), ['read']);
  expect(await refusal(reading.cancel(run))).toBe('scope-missing');
  expect(await refusal(reading.stop({ reason: 'I want to.' }))).toBe('scope-missing');
  expect(await refusal(reading.startRun({ goal: GOAL, target: 'sandbox' }))).toBe('scope-missing');
});

test('Invariant 6: a token that was revoked or whose time is over', async () => {
  const mine = house.client('approver');
  const { id, token } = await mine.issueToken({ scopes: ['read'], expiresAt: inHours(1) });
  await mine.revokeToken(id);
  expect((await told('/v1/runs', token)).code).toBe('token-revoked');
  const short = await issued(mine, ['read'], new Date(Date.now() + 700).toISOString());
  await pause(1000);
  expect(await refusal(short.run(run))).toBe('token-expired');
  expect(await refusal(issued(mine, ['read'], inHours(9000)))).toBe('request-invalid');
});

test('Invariant 6: a token that is guessed, cut or from elsewhere: unauthenticated', async () => {
  const good = house.token('approver');
  const last = good.endsWith('A') ? 'B' : 'A';
  for (const token of [
    `${good.slice(0, -1)}${last}`,
    good.slice(0, -1),
    `${good}A`,
    good.toUpperCase(),
    'duovir_',
    '-',
  ])
    expect((await told('/v1/runs', token)).code).toBe('unauthenticated');
});

const up = ['../', '..%2f', '%2e%2e%2f', '%2e%2e/', '..%5c', '..%252f', '..%c0%af', '....//'];
const paths = [
  '/v1/ledger/tile/',
  '/v1/ledger/tile/entries/',
  '/v1/ledger/tile/0/x001/',
  '/v1/trust/',
  '/v1/runs/',
  '/v1/motions/',
  '/v1/egress/',
  '/assets/',
  '/',
];

test.each(paths)('Invariant 6: a file of this machine by a path below %s', async (place) => {
  for (const step of up)
    for (const file of ['etc/passwd', 'officer/key.pem', 'principals/server/key.pem']) {
      const path = `${place}${step.repeat(9)}${file}`;
      const { status, text } = await told(path, house.token('approver'));
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
      expect(text).not.toMatch(/root:|PRIVATE KEY/);
    }
});

test.each(['../people/approver', '\u0430pprover', 'operator/../approver', ''])(
  'Invariant 2: a person on the command line who is a path or only looks like one: %j',
  async (name) => {
    const asked = house.duovir('run', 'list', '--url', house.url, '--as', name, '--json');
    await expect(asked).rejects.toMatchObject({ stderr: expect.stringContaining('is not the name of a person') });
  },
);
