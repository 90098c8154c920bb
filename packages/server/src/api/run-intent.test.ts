import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  digestOf,
  problemSchema,
  runRequestSchema,
  runViewSchema,
  signIntent,
  type Envelope,
  type IntentDocument,
} from '@duovir/protocol';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { systemRandom } from '../random.ts';
import { startApi, type Person, type TestApi } from './api.fixture.ts';
import { newRunId } from './run-id.ts';

let server: TestApi;
let lenient: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')), { requests: { signedFrom: 'R0' } });
  lenient = await startApi(await freshDatabase(inject('postgres')), { requests: { signedFrom: 'R2' } });
});
afterAll(async () => {
  await server.close();
  await lenient.close();
});

const request = runRequestSchema.parse({ goal: 'Cluster PostgreSQL', target: 'sandbox' });
const newRun = (): string => newRunId(systemRandom);

interface Signing extends Partial<IntentDocument> {
  readonly by?: Person;
  readonly trustPolicy?: string;
  readonly at?: Date;
}

function sign(run: string, { by = 'ann', trustPolicy, at = new Date(), ...change }: Signing = {}): Promise<Envelope> {
  const document = { run, requester: by, request, ...change };
  const policy = trustPolicy ?? server.api.trust.current().digest;
  return signIntent(server.signer(by), document, { trustPolicy: policy, time: at.toISOString() });
}

function start(body: object, headers: Record<string, string> = {}, on = server): Promise<Response> {
  return on.ask('/v1/runs', {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

async function refusalOf(answer: Response): Promise<string> {
  const { status, code } = problemSchema.parse(await answer.json());
  return `${status} ${code}`;
}

test('what a person has signed is the run that he named, and is kept with it', async () => {
  const run = newRun();
  const statement = await sign(run);
  const answer = await start({ ...request, intent: { run, statement } });
  expect(answer.status).toBe(201);
  expect(runViewSchema.parse(await answer.json())).toMatchObject({ id: run, requester: 'ann' });
  expect(await server.api.runs.intent(run)).toEqual(statement);
  expect(server.submitted).toContain(run);
});

test('a request that nobody has signed is refused where the officer asks for every signature', async () => {
  const answer = await start(request);
  const problem = problemSchema.parse(await answer.json());
  expect(problem).toMatchObject({ status: 403, code: 'request-unsigned' });
  expect(problem.remedy).toContain('duovir run sign');
});

test('where signatures are asked for from a higher class on, the class is not known yet, and nothing is refused', async () => {
  const answer = await start(request, {}, lenient);
  expect(answer.status).toBe(201);
  const { id } = runViewSchema.parse(await answer.json());
  expect(await lenient.api.runs.intent(id)).toBeNull();
});

test('an intent is good for one person, one run, one request, one policy and ten minutes', async () => {
  const run = newRun();
  const tooOld = new Date(Date.now() - 11 * 60_000);
  const tooNew = new Date(Date.now() + 11 * 60_000);
  const refused: [Promise<Envelope>, string][] = [
    [sign(run, { by: 'bob' }), '403 statement-foreign'],
    [sign(run, { requester: 'bob' }), '422 statement-invalid'],
    [sign(newRun()), '422 statement-invalid'],
    [sign(run, { request: { ...request, goal: 'Delete PostgreSQL' } }), '422 statement-invalid'],
    [sign(run, { trustPolicy: digestOf('another policy') }), '422 statement-invalid'],
    [sign(run, { at: tooOld }), '422 statement-invalid'],
    [sign(run, { at: tooNew }), '422 statement-invalid'],
  ];
  for (const [statement, refusal] of refused)
    expect(await refusalOf(await start({ ...request, intent: { run, statement: await statement } }))).toBe(refusal);
  const good = await sign(run);
  const forged = { ...good, payload: (await sign(run, { request: { ...request, goal: 'Else' } })).payload };
  expect(await refusalOf(await start({ ...request, intent: { run, statement: forged } }))).toBe(
    '422 statement-invalid',
  );
  expect(server.submitted).not.toContain(run);
});

test('one signature starts one run: sent again, by whomever, it starts no other', async () => {
  const run = newRun();
  const body = { ...request, intent: { run, statement: await sign(run) } };
  const [first, second] = await Promise.all([start(body), start(body)]);
  expect(new Set([first.status, second.status])).toEqual(new Set([201, 409]));
  expect(await refusalOf(first.status === 409 ? first : second)).toBe('409 run-taken');
});

test('with an idempotency key the same signed request is the same run, though each signature differs', async () => {
  const run = newRun();
  const headers = { 'idempotency-key': 'signed-1' };
  const earlier = new Date(Date.now() - 1000);
  const first = await start({ ...request, intent: { run, statement: await sign(run, { at: earlier }) } }, headers);
  const again = await start({ ...request, intent: { run, statement: await sign(run) } }, headers);
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(runViewSchema.parse(await again.json()).id).toBe(run);
  const other = newRun();
  const reused = await start({ ...request, intent: { run: other, statement: await sign(other) } }, headers);
  expect(await refusalOf(reused)).toBe('422 idempotency-key-reused');
});
