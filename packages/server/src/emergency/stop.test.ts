import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import {
  commitTo,
  envelopeDigest,
  problemSchema,
  signStatement,
  stopViewSchema,
  type Envelope,
  type Predicate,
  type StopRequest,
  type StopView,
} from '@duovir/protocol';
import { startApi, type Person, type TestApi } from '../api/api.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { agreeWithRunner } from './agree-with-runner.ts';
import { emergencyPort } from './emergency-port.ts';

const SALT = 'ab'.repeat(32);

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());
beforeEach(async () => {
  for (const { statement, person } of (await stops()).stops) {
    const by = person === 'ann' ? 'bob' : 'ann';
    await lift(by, await signLift(by, statement));
  }
});

function post(path: string, body: unknown, as: Person): Promise<Response> {
  return server.ask(path, {
    method: 'POST',
    as,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
}

async function stops(): Promise<StopView> {
  return stopViewSchema.parse(await (await server.ask('/v1/stop')).json());
}

async function stop(as: Person, request: Partial<StopRequest> = {}): Promise<StopView['stops'][number]> {
  const answer = await post('/v1/stop', { reason: 'Disks are being wiped', ...request }, as);
  expect(answer.status).toBe(201);
  const made = stopViewSchema.parse(await answer.json()).stops.at(-1);
  if (!made) throw new Error('nothing is stopped');
  return made;
}

function signStop(by: string, change: Partial<Predicate<'stop'>> = {}, time = new Date()): Promise<Envelope> {
  return signStatement(server.signer(by), {
    kind: 'stop',
    run: 'duovir',
    time: time.toISOString(),
    subject: server.api.trust.current().digest,
    predicate: { person: by, commitment: commitTo(SALT, 'Disks are being wiped'), ...change },
  });
}

function signLift(by: string, stopped: Envelope, person = by): Promise<Envelope> {
  return signStatement(server.signer(by), {
    kind: 'stop-lift',
    run: 'duovir',
    time: new Date().toISOString(),
    subject: envelopeDigest(stopped),
    predicate: { person },
  });
}

const lift = (as: Person, statement: Envelope): Promise<Response> => post('/v1/stop/lift', { statement }, as);

async function codeOf(answer: Response): Promise<string> {
  return problemSchema.parse(await answer.json()).code;
}

test('a stop is at the runner, in the store and in the ledger within a second', async () => {
  const begun = performance.now();
  const made = await stop('ann');
  const milliseconds = performance.now() - begun;
  expect(await server.api.runnerStops.held()).toMatchObject([{ statement: made.statement, halt: false }]);
  expect(await emergencyPort(server.api).stop()).toEqual({ person: 'ann', reason: 'Disks are being wiped' });
  expect((await stops()).runner).toBe('stopped');
  const entry = await server.api.ledger.find(`stop/${made.digest}`);
  expect(entry?.envelope).toEqual(made.statement);
  expect(milliseconds).toBeLessThan(1000);
});

test("a person's own signature is what is kept of a stop", async () => {
  const statement = await signStop('bob');
  const made = await stop('bob', { signed: { statement, salt: SALT } });
  expect(made).toMatchObject({ person: 'bob', statement });
});

test('nobody stops in the name of somebody else, for another reason, or with a statement of long ago', async () => {
  const old = new Date(Date.now() - 3_600_000);
  const refused: [Envelope, string][] = [
    [await signStop('bob', { person: 'ann' }), 'statement-foreign'],
    [await signStop('ann', { person: 'bob' }), 'statement-invalid'],
    [await signStop('ann', { commitment: commitTo(SALT, 'Another reason') }), 'statement-invalid'],
    [await signStop('ann', {}, old), 'statement-invalid'],
  ];
  for (const [statement, code] of refused) {
    const answer = await post(
      '/v1/stop',
      { reason: 'Disks are being wiped', signed: { statement, salt: SALT } },
      'ann',
    );
    expect(await codeOf(answer)).toBe(code);
  }
  expect(await stops()).toMatchObject({ stops: [], runner: 'open' });
});

test('another person lifts it, and every run that has not ended goes on', async () => {
  const made = await stop('ann');
  const run = (await (await post('/v1/runs', { goal: 'Cluster PostgreSQL', target: 'sandbox' }, 'ann')).json()) as {
    id: string;
  };
  const answer = await lift('bob', await signLift('bob', made.statement));
  expect(stopViewSchema.parse(await answer.json())).toMatchObject({ stops: [], runner: 'open' });
  expect(server.goingOn).toContain(run.id);
  expect(await emergencyPort(server.api).stop()).toBeNull();
  const kinds = (await server.api.log.entries({ run: 'duovir' })).map(({ kind }) => kind);
  expect(kinds.slice(-2)).toEqual(['stop', 'stop-lift']);
});

test('who has stopped cannot lift it, neither in his own name nor in that of another (Invariant 2)', async () => {
  const made = await stop('ann');
  expect(await codeOf(await lift('ann', await signLift('ann', made.statement)))).toBe('separation');
  expect(await codeOf(await lift('ann', await signLift('ann', made.statement, 'bob')))).toBe('statement-invalid');
  expect(await codeOf(await lift('bob', await signLift('ann', made.statement, 'bob')))).toBe('statement-foreign');
  expect(await codeOf(await lift('bob', await signLift('bob', await signStop('ann'))))).toBe('stop-unknown');
  expect((await stops()).stops).toHaveLength(1);
});

test('a stop that the runner has never heard of can be lifted like any other', async () => {
  const statement = await signStop('ann');
  const reason = 'Disks are being wiped';
  const told = { digest: envelopeDigest(statement), person: 'ann', reason, salt: SALT, halt: false, statement };
  await server.api.stops.keep({ ...told, since: new Date() });
  expect((await lift('bob', await signLift('bob', statement))).status).toBe(200);
  expect(await stops()).toMatchObject({ stops: [], runner: 'open' });
});

test('a stop that the runner still holds after it was lifted here can be lifted again', async () => {
  const { digest, statement } = await stop('ann');
  await server.api.stops.lift(digest, 'bob', new Date());
  expect(await stops()).toMatchObject({ stops: [], runner: 'stopped' });
  expect((await lift('bob', await signLift('bob', statement))).status).toBe(200);
  expect(await stops()).toMatchObject({ stops: [], runner: 'open' });
});

test('a stop that the runner takes for none, for its author was put out since, can be lifted all the same', async () => {
  const statement = await signStop('ann', { commitment: commitTo(SALT, 'Another reason') });
  const told = {
    digest: envelopeDigest(statement),
    person: 'ann',
    reason: 'Whatever',
    salt: SALT,
    halt: false,
    statement,
  };
  await server.api.stops.keep({ ...told, since: new Date() });
  expect((await lift('bob', await signLift('bob', statement))).status).toBe(200);
  expect(await stops()).toMatchObject({ stops: [], runner: 'open' });
});

test('of two stops each takes its own lift', async () => {
  const first = await stop('ann');
  const second = await stop('bob');
  const woken = server.goingOn.length;
  await lift('bob', await signLift('bob', first.statement));
  expect(await stops()).toMatchObject({ stops: [{ digest: second.digest }], runner: 'stopped' });
  expect(server.goingOn).toHaveLength(woken);
  expect(await codeOf(await lift('ann', await signLift('ann', first.statement)))).toBe('stop-unknown');
});

test('a stop that only the runner has taken is in force, in the store and in the ledger after a restart', async () => {
  const statement = await signStop('ann');
  await server.api.runnerStops.hold({ statement, reason: 'Disks are being wiped', salt: SALT, halt: false });
  expect((await stops()).stops).toEqual([]);
  await agreeWithRunner(server.api);
  expect((await stops()).stops).toMatchObject([{ person: 'ann', statement }]);
  expect(await server.api.ledger.find(`stop/${envelopeDigest(statement)}`)).toBeDefined();
});

test('a stop that only the store has taken reaches the runner after a restart', async () => {
  const statement = await signStop('bob');
  await server.api.stops.keep({
    statement,
    digest: envelopeDigest(statement),
    person: 'bob',
    reason: 'Disks are being wiped',
    salt: SALT,
    halt: true,
    since: new Date(),
  });
  expect((await stops()).runner).toBe('open');
  await agreeWithRunner(server.api);
  expect(await server.api.runnerStops.held()).toMatchObject([{ statement, halt: true }]);
});

test('a lift that was cut off after the runner had taken it is simply said again', async () => {
  const { statement } = await stop('ann');
  await server.api.runnerStops.lift(await signLift('bob', statement));
  await agreeWithRunner(server.api);
  expect(await stops()).toMatchObject({ stops: [{ statement }], runner: 'open' });
  expect(await emergencyPort(server.api).stop()).not.toBeNull();
  expect((await lift('bob', await signLift('bob', statement))).status).toBe(200);
  expect((await stops()).stops).toEqual([]);
});

test('the reason is told to people and not to the ledger', async () => {
  const made = await stop('ann', { reason: 'Customer 4711 is affected' });
  expect((await stops()).stops).toMatchObject([{ reason: 'Customer 4711 is affected' }]);
  const entry = await server.api.ledger.find(`stop/${made.digest}`);
  expect(Buffer.from(entry?.envelope.payload ?? '', 'base64').toString()).not.toContain('4711');
});
