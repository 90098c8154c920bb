import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  breakGlassViewSchema,
  commitTo,
  digestOf,
  problemSchema,
  runViewSchema,
  signStatement,
  type BreakGlassRequest,
  type Digest,
  type GrantView,
  type Predicate,
} from '@duovir/protocol';
import { startApi, type Person, type TestApi } from '../api/api.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { systemRandom } from '../random.ts';
import { emergencyPort } from './emergency-port.ts';

const SALT = 'cd'.repeat(32);
const REASON = 'Nobody answers and the shop is down';
const MINUTE_MS = 60_000;

let server: TestApi;
let closed: TestApi;
beforeAll(async () => {
  const breakGlass = { people: 2, minutes: 30, classes: ['R1' as const, 'R2' as const] };
  server = await startApi(await freshDatabase(inject('postgres')), { breakGlass });
  closed = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(async () => {
  await server.close();
  await closed.close();
});

interface Said {
  readonly by: Person;
  readonly grant: string;
  readonly at?: Date;
  readonly on?: TestApi;
  readonly subject?: Digest;
  readonly change?: Partial<Predicate<'break-glass'>>;
}

const until = new Date(Date.now() + 20 * MINUTE_MS).toISOString();
const newGrant = (): string => `grant-${systemRandom.permitId().slice('permit-'.length, 'permit-'.length + 20)}`;

async function requestOf({
  by,
  grant,
  at = new Date(),
  on = server,
  subject,
  change,
}: Said): Promise<BreakGlassRequest> {
  const statement = await signStatement(on.signer(by), {
    kind: 'break-glass',
    run: 'duovir',
    time: at.toISOString(),
    subject: subject ?? on.api.trust.current().digest,
    predicate: { grant, until, classes: ['R2'], commitment: commitTo(SALT, REASON), ...change },
  });
  return { reason: REASON, salt: SALT, statement };
}

async function say(said: Said, as: Person = said.by, words: Partial<BreakGlassRequest> = {}): Promise<Response> {
  return (said.on ?? server).ask('/v1/break-glass', {
    method: 'POST',
    as,
    body: JSON.stringify({ ...(await requestOf(said)), ...words }),
    headers: { 'content-type': 'application/json' },
  });
}

async function codeOf(answer: Response): Promise<string> {
  return problemSchema.parse(await answer.json()).code;
}

async function grantOf(id: string): Promise<GrantView | undefined> {
  const view = breakGlassViewSchema.parse(await (await server.ask('/v1/break-glass')).json());
  return view.grants.find(({ grant }) => grant === id);
}

async function endAll(): Promise<void> {
  for (const { id } of await server.api.grants.open(new Date()))
    await server.ask(`/v1/break-glass/${id}/end`, { method: 'POST', as: 'cara' });
}

test('what one person opens another confirms, and only then their statements stand in for the reviewers', async () => {
  await endAll();
  const grant = newGrant();
  const port = emergencyPort(server.api);
  expect((await say({ by: 'ann', grant })).status).toBe(201);
  expect(await grantOf(grant)).toMatchObject({ state: 'opened', people: [{ person: 'ann' }], reason: REASON });
  expect(await port.breakGlass('R2')).toBeNull();
  expect((await say({ by: 'bob', grant })).status).toBe(201);
  expect(await grantOf(grant)).toMatchObject({ state: 'in-force', until });
  expect(await port.breakGlass('R2')).toMatchObject({ people: ['ann', 'bob'], until, statements: [{}, {}] });
  expect(await port.breakGlass('R1')).toBeNull();
  expect(await port.breakGlass('R3')).toBeNull();
  const entries = (await server.api.log.entries({ run: 'duovir' })).filter(({ kind }) => kind === 'break-glass');
  expect(entries).toHaveLength(2);
});

test('nobody breaks the glass alone, by saying it twice or for somebody else (Invariant 2)', async () => {
  const grant = newGrant();
  await say({ by: 'ann', grant });
  expect(await codeOf(await say({ by: 'ann', grant }))).toBe('separation');
  expect(await codeOf(await say({ by: 'ann', grant }, 'bob'))).toBe('statement-foreign');
  expect(await codeOf(await say({ by: 'dan', grant }))).toBe('forbidden');
  expect((await grantOf(grant))?.people).toHaveLength(1);
});

test('who confirms says exactly what was opened', async () => {
  const grant = newGrant();
  await say({ by: 'ann', grant });
  const longer = new Date(Date.parse(until) + MINUTE_MS).toISOString();
  const changes: Partial<Predicate<'break-glass'>>[] = [
    { until: longer },
    { classes: ['R1'] },
    { classes: ['R1', 'R2'] },
  ];
  for (const change of changes)
    expect(await codeOf(await say({ by: 'bob', grant, change }))).toBe('break-glass-differs');
  const commitment = commitTo(SALT, 'Because');
  const other = await say({ by: 'bob', grant, change: { commitment } }, 'bob', { reason: 'Because' });
  expect(await codeOf(other)).toBe('break-glass-differs');
  expect((await grantOf(grant))?.state).toBe('opened');
});

test('of two people who open one grant at the same moment for different times, one has opened it', async () => {
  const grant = newGrant();
  const longer = new Date(Date.parse(until) + MINUTE_MS).toISOString();
  await Promise.all([say({ by: 'ann', grant }), say({ by: 'bob', grant, change: { until: longer } })]);
  expect(await grantOf(grant)).toMatchObject({ state: 'opened', people: [{}] });
});

test('it lasts no longer and reaches no further than the trust policy lets it', async () => {
  const grant = newGrant();
  const late = new Date(Date.now() + 31 * MINUTE_MS).toISOString();
  const past = new Date(Date.now() - MINUTE_MS).toISOString();
  const stale = digestOf('another policy');
  expect(await codeOf(await say({ by: 'ann', grant, change: { until: late } }))).toBe('break-glass-wider');
  expect(await codeOf(await say({ by: 'ann', grant, change: { classes: ['R3'] } }))).toBe('break-glass-wider');
  expect(await codeOf(await say({ by: 'ann', grant, change: { until: past } }))).toBe('grant-over');
  expect(await codeOf(await say({ by: 'ann', grant, subject: stale }))).toBe('statement-invalid');
  expect(await codeOf(await say({ by: 'ann', grant, at: new Date(Date.now() - 11 * MINUTE_MS) }))).toBe(
    'statement-invalid',
  );
  expect(await codeOf(await say({ by: 'ann', grant: 'mine' }))).toBe('statement-invalid');
  expect(await codeOf(await say({ by: 'ann', grant, on: closed }))).toBe('break-glass-closed');
  expect(await grantOf(grant)).toBeUndefined();
});

test('when its time is over it is over', async () => {
  await endAll();
  const grant = newGrant();
  await say({ by: 'ann', grant });
  await say({ by: 'bob', grant });
  const at = (time: number) => emergencyPort({ ...server.api, clock: { now: () => new Date(time) } }).breakGlass('R2');
  expect(await at(Date.parse(until) - 1)).not.toBeNull();
  expect(await at(Date.parse(until))).toBeNull();
});

test('another trust policy, or one of the two put out of it, ends it', async () => {
  await endAll();
  const grant = newGrant();
  await say({ by: 'ann', grant });
  await say({ by: 'bob', grant });
  const { policy, digest } = server.api.trust.current();
  const under = (trusted: { policy: typeof policy; digest: Digest }) =>
    emergencyPort({ ...server.api, trust: { ...server.api.trust, current: () => trusted } }).breakGlass('R2');
  expect(await under({ policy, digest })).not.toBeNull();
  expect(await under({ policy, digest: digestOf('another policy') })).toBeNull();
  const principals = policy.principals.filter(({ name }) => name !== 'bob');
  expect(await under({ policy: { ...policy, principals }, digest })).toBeNull();
  expect(await under({ policy: { ...policy, breakGlass: null }, digest })).toBeNull();
});

test('anybody may end it, and that is in the ledger', async () => {
  await endAll();
  const grant = newGrant();
  await say({ by: 'ann', grant });
  await say({ by: 'bob', grant });
  const answer = await server.ask(`/v1/break-glass/${grant}/end`, { method: 'POST', as: 'dan' });
  expect(answer.status).toBe(200);
  expect(await grantOf(grant)).toMatchObject({ state: 'ended', endedBy: 'dan' });
  expect(await emergencyPort(server.api).breakGlass('R2')).toBeNull();
  expect(await server.api.ledger.find(`break-glass-end/${grant}`)).toBeDefined();
  expect(await codeOf(await say({ by: 'cara', grant }))).toBe('grant-over');
  const unknown = await server.ask(`/v1/break-glass/${newGrant()}/end`, { method: 'POST', as: 'dan' });
  expect(await codeOf(unknown)).toBe('grant-unknown');
});

test('every run that has not ended is told, and one that waits for people looks again', async () => {
  const started = await server.ask('/v1/runs', {
    method: 'POST',
    body: JSON.stringify({ goal: 'Cluster PostgreSQL', target: 'sandbox' }),
    headers: { 'content-type': 'application/json' },
  });
  const { id: run } = runViewSchema.parse(await started.json());
  const motion = digestOf({ run });
  const waiting = { kind: 'waiting', motion, riskClass: 'R2', people: ['bob'], needed: 1, until } as const;
  await server.api.runs.setState(run, waiting, {});
  const grant = newGrant();
  await say({ by: 'ann', grant });
  expect(server.woken).not.toContainEqual({ run, motion });
  await say({ by: 'bob', grant });
  expect(server.woken).toContainEqual({ run, motion });
  const events = (await server.api.events.read(0, 100, run)).filter(({ type }) => type === 'break-glass-open');
  expect(events.map(({ body }) => body)).toMatchObject([
    { people: ['ann'], needed: 2, grant },
    { people: ['ann', 'bob'], needed: 2, until },
  ]);
});
