import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createKey, loadSigner, OFFICER } from '@duovir/principal';
import {
  digestOf,
  openStatement,
  peekStatement,
  problemSchema,
  runViewSchema,
  trustApplicationSchema,
  trustVersionSchema,
  trustViewSchema,
  type Digest,
  type Envelope,
  type Principal,
  type Problem,
  type Statement,
  type TrustPolicy,
} from '@duovir/protocol';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { nextPolicy, officerOf, sealed } from '../trust/next-policy.fixture.ts';
import { startApi, type Person, type TestApi } from './api.fixture.ts';

let server: TestApi;
beforeEach(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterEach(() => server.close());

const json = { 'content-type': 'application/json' };

function send(envelope: Envelope, as: Person = 'bob'): Promise<Response> {
  return server.ask('/v1/trust', { method: 'POST', as, headers: json, body: JSON.stringify({ envelope }) });
}

function next(change: Partial<TrustPolicy> = {}): TrustPolicy {
  return nextPolicy(server.api.trust.current(), change);
}

function signed(policy: TrustPolicy): Promise<Envelope> {
  return sealed(officerOf(server.state), policy);
}

function principals(): Principal[] {
  return server.api.trust.current().policy.principals;
}

async function entries(): Promise<Statement[]> {
  const logged = await server.api.log.entries({});
  return logged.map(({ body }) => peekStatement(JSON.parse(body.toString()) as Envelope));
}

async function waitingRun(): Promise<{ run: string; motion: Digest }> {
  const body = JSON.stringify({ goal: 'Delete everything', target: 'sandbox' });
  const answer = await server.ask('/v1/runs', { method: 'POST', body, headers: json });
  const { id: run } = runViewSchema.parse(await answer.json());
  const motion = digestOf({ run });
  const found = { run, digest: motion, kind: 'plan', revision: 1, riskClass: 'R1', reasons: [] } as const;
  await server.api.runs.recordMotion(found);
  const state = { kind: 'waiting', motion, riskClass: 'R1', people: ['bob'], needed: 1 } as const;
  await server.api.runs.setState(run, { ...state, until: '2099-01-01T00:00:00.000Z' }, {});
  return { run, motion };
}

test('what the officer has signed is in the ledger, then in force everywhere, and what nobody has decided is woken', async () => {
  const before = server.api.trust.current();
  const waiting = await waitingRun();
  const key = createKey(join(server.state.root, 'fay'));
  const policy = next({
    principals: [
      ...principals().filter(({ name }) => name !== 'dan'),
      { name: 'fay', role: 'person', group: 'fay', roles: ['approver'], publicKey: key.publicKey },
    ],
  });
  const answer = await send(await signed(policy));
  const applied = trustApplicationSchema.parse(await answer.json());
  expect(applied).toMatchObject({ version: 2, digest: digestOf(policy), restartNeeded: [] });
  expect(applied.changes).toContainEqual({ at: '/principals/fay', change: 'added' });
  expect(server.api.trust.current().digest).toBe(digestOf(policy));
  expect(server.api.trust.known(before.digest)).toEqual(before);
  expect(server.api.trust.known(digestOf('another'))).toBeUndefined();
  expect(readFileSync(server.state.trustPolicy)).toEqual(readFileSync(join(server.state.trust, 'history', '2.json')));
  expect(server.woken).toContainEqual(waiting);

  const said = (await entries()).filter(({ kind }) => /^(?:trust|principal)-/.test(kind));
  expect(said.map(({ kind, subject }) => [kind, subject])).toEqual(
    ['trust-policy', 'principal-revoke', 'principal-enrol'].map((kind) => [kind, digestOf(policy)]),
  );
  expect(said[0]?.predicate).toMatchObject({ version: 2, previous: before.digest });
  const entry = await server.api.log.entry(applied.entry ?? -1);
  const [own] = principals().filter(({ role }) => role === 'server');
  if (!own) throw new RangeError('no server');
  openStatement(JSON.parse(entry.body.toString()) as Envelope, 'trust-policy', own);
});

test('the one in force and those before can be read, with what is to be said about it', async () => {
  const first = trustViewSchema.parse(await (await server.ask('/v1/trust')).json());
  expect(first).toMatchObject({ version: 1, entry: null, history: [{ version: 1, entry: null }] });
  expect(first.findings).toContainEqual(expect.objectContaining({ id: 'quorum.one-group', level: 'error' }));
  await send(await signed(next()));
  const view = trustViewSchema.parse(await (await server.ask('/v1/trust')).json());
  expect(view.history.map(({ version }) => version)).toEqual([2, 1]);
  expect(view.findings.filter(({ level }) => level === 'error')).toEqual([]);
  const old = trustVersionSchema.parse(await (await server.ask('/v1/trust/1')).json());
  expect(old).toMatchObject({ digest: first.digest, policy: first.policy });
  expect((await server.ask('/v1/trust/3')).status).toBe(404);
});

test('given again, it changes nothing', async () => {
  const envelope = await signed(next());
  const first = trustApplicationSchema.parse(await (await send(envelope)).json());
  const size = server.api.log.status().size;
  const again = trustApplicationSchema.parse(await (await send(envelope)).json());
  expect(again).toMatchObject({ version: 2, digest: first.digest, entry: first.entry, changes: [] });
  expect(server.api.log.status().size).toBe(size);
});

test('of two that follow the same one, one comes in force', async () => {
  const [one, other] = [next({ organisation: 'One' }), next({ organisation: 'Other' })];
  const answers = await Promise.all([send(await signed(one)), send(await signed(other))]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  expect((await entries()).filter(({ kind }) => kind === 'trust-policy')).toHaveLength(1);
});

test('a new agent needs a process, and the server one start to talk to it', async () => {
  const { publicKey } = createKey(server.state.principal('reviewer-cost'));
  const agent: Principal = { name: 'reviewer-cost', role: 'reviewer', group: 'rules', mandate: 'cost', publicKey };
  const answer = await send(await signed(next({ principals: [...principals(), agent] })));
  expect(trustApplicationSchema.parse(await answer.json()).restartNeeded).toEqual([
    { name: 'reviewer-cost', change: 'start' },
    { name: 'server', change: 'restart' },
  ]);
});

async function refused(answer: Response): Promise<Problem> {
  const { trust, log } = server.api;
  expect(trust.current().policy.version).toBe(1);
  expect(log.status().size).toBe(0);
  return problemSchema.parse(await answer.json());
}

test('one that somebody else has signed is refused', async () => {
  createKey(join(server.state.root, 'mallory'));
  const mallory = loadSigner(join(server.state.root, 'mallory'), OFFICER);
  expect(await refused(await send(await sealed(mallory, next())))).toMatchObject({ code: 'trust-policy-invalid' });
  const genuine = await signed(next());
  const forged = { ...genuine, payload: (await signed(next({ organisation: 'Mallory' }))).payload };
  expect(await refused(await send(forged))).toMatchObject({ status: 422, code: 'trust-policy-invalid' });
});

test("the server's own key signs no trust policy", async () => {
  const own = loadSigner(server.state.principal('server'), OFFICER);
  expect(await refused(await send(await sealed(own, next())))).toMatchObject({ code: 'trust-policy-invalid' });
});

test('one that was signed to follow another is refused, and one that follows nothing', async () => {
  const decidedUntil = '2026-02-02T00:00:00.000Z';
  for (const supersedes of [{ digest: digestOf('another'), decidedUntil }, null])
    expect(await refused(await send(await signed(next({ supersedes }))))).toMatchObject({
      status: 409,
      code: 'trust-policy-superseded',
    });
});

test('one with errors is refused with all of them', async () => {
  const { R3: _, ...quorum } = next().quorum;
  const nobody = principals().filter(({ role }) => role !== 'attestor');
  const problem = await refused(await send(await signed(next({ quorum, principals: nobody }))));
  expect(problem).toMatchObject({ status: 422, code: 'trust-policy-unsound' });
  expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(['/quorum/R3', '/principals']));
});

test("one that takes the server's key away is refused", async () => {
  const { publicKey } = createKey(join(server.state.root, 'other'));
  const rekeyed = principals().map((one) => (one.role === 'server' ? { ...one, publicKey } : one));
  expect(await refused(await send(await signed(next({ principals: rekeyed }))))).toMatchObject({
    code: 'trust-policy-unsound',
  });
});

test('only an administrator puts one in force', async () => {
  expect(await refused(await send(await signed(next()), 'ann'))).toMatchObject({ status: 403, code: 'forbidden' });
});

test('an older one is refused, though the officer has signed it', async () => {
  const { envelope } = trustViewSchema.parse(await (await server.ask('/v1/trust')).json());
  await send(await signed(next()));
  const answer = await send(envelope);
  expect([answer.status, problemSchema.parse(await answer.json()).code]).toEqual([409, 'trust-policy-older']);
  expect(server.api.trust.current().policy.version).toBe(2);
});

test('whom the new policy does not know is out at once', async () => {
  expect((await server.ask('/v1/trust', { as: 'dan' })).status).toBe(200);
  await send(await signed(next({ principals: principals().filter(({ name }) => name !== 'dan') })));
  expect((await server.ask('/v1/trust', { as: 'dan' })).status).toBe(403);
});
