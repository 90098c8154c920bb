import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  budgetViewSchema,
  digestOf,
  digestOfBytes,
  egressDetailSchema,
  egressViewSchema,
  pageOf,
  type EntryKind,
  type ModelAnswer,
  type ModelQuestion,
  type RunRequest,
} from '@duovir/protocol';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { runEntries } from '../api/run-entries.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { acceptRun, askModel, questionOf } from './asking.fixture.ts';
import { EgressLog } from './egress-log.ts';
import { OpenCalls } from './open-calls.ts';
import { modelsAt, startScriptedModels, type ScriptedModels } from './scripted-models.fixture.ts';

let models: ScriptedModels;
let server: TestApi;
beforeAll(async () => {
  models = await startScriptedModels([
    { when: { includes: 'hang for ever' }, reply: { kind: 'hang' } },
    {
      reply: { kind: 'json', value: { ok: true }, usage: { inputTokens: 500, outputTokens: 20 } },
    },
  ]);
  server = await startApi(await freshDatabase(inject('postgres')), modelsAt(models.url));
});
afterAll(async () => {
  await server.close();
  await models.close();
});

const accept = (inputs: RunRequest['inputs'] = {}): Promise<string> => acceptRun(server, inputs);
const ask = (question: ModelQuestion, by?: string): Promise<ModelAnswer> => askModel(server, question, by);

async function json(path: string, options: Parameters<TestApi['ask']>[1] = {}): Promise<unknown> {
  const answer = await server.ask(path, options);
  expect(answer.status).toBe(200);
  return answer.json();
}

const post = (body: object): { method: 'POST'; body: string; headers: Record<string, string> } => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

const callKinds = ['model-question', 'egress', 'egress-end'] as const satisfies readonly EntryKind[];

test('what left is recorded to the byte, in the ledger before it left, and holds no value of the run', async () => {
  const password = `Pw-${randomBytes(9).toString('base64url')}`;
  const run = await accept({ dbPassword: password, nested: { token: password.toUpperCase() } });
  const before = models.received().length;
  const answer = await ask(questionOf(run, `Use ${password} at 10.1.2.3, base64 ${btoa(password)}.`));
  expect(answer).toMatchObject({ kind: 'answer', model: 'scripted', value: { ok: true }, tokens: 520 });

  const [body = Buffer.alloc(0), ...more] = models.received().slice(before);
  expect(more).toEqual([]);
  expect(body.toString()).not.toContain(password);
  expect(body.toString()).not.toContain(btoa(password).replace(/=*$/, ''));
  const { items } = pageOf(egressViewSchema).parse(await json(`/v1/egress?run=${run}`));
  const entries = await runEntries(server.api.log, run, callKinds);
  expect(entries.map(({ statement }) => statement.kind)).toEqual(callKinds);
  expect(items).toMatchObject([
    {
      call: answer.call,
      principal: 'planner',
      model: 'scripted',
      bytes: body.length,
      digest: digestOfBytes(body),
      outcome: 'answered',
      tokens: 520,
      entry: entries[1]?.index,
      endEntry: entries[2]?.index,
      redactions: { secret: 2, ip: 1 },
      ledTo: [],
    },
  ]);
  const { tries } = egressDetailSchema.parse(await json(`/v1/egress/${answer.call}`));
  expect(tries.map(({ sent }) => sent)).toEqual([body.toString()]);
  expect(tries[0]?.received).toContain('ok');

  const told = (await server.api.events.ofRun(run)).filter(({ type }) => type.startsWith('model-'));
  expect(told).toMatchObject([
    { type: 'model-start', body: { principal: 'planner', model: 'scripted', redactions: 3 } },
    { type: 'model-end', body: { outcome: 'answered', tokens: 520, entry: entries[2]?.index } },
  ]);
});

test('the same question is answered from what is known, and paid once', async () => {
  const run = await accept();
  const first = await ask(questionOf(run, 'Plan it.'));
  const before = models.received().length;
  expect(await ask(questionOf(run, 'Plan it.'))).toEqual(first);
  expect(models.received().length).toBe(before);
  expect(await server.gateway.models.spent(run)).toMatchObject({ tokens: 520 });
});

test('who has no model, or signs for somebody else, gets no answer', async () => {
  const run = await accept();
  expect(await ask(questionOf(run, 'Judge it.'), 'reviewer-security')).toMatchObject({
    kind: 'refused',
    code: 'no-model',
  });
  await expect(ask(questionOf(run, 'Judge it.'), 'eve')).rejects.toMatchObject({
    message: expect.stringContaining('question-unsigned'),
  });
});

test('placeholders are opened for the plan that lists them, and for no other', async () => {
  const run = await accept({ apiKey: 'a-value-that-is-secret' });
  await ask(questionOf(run, 'The key is a-value-that-is-secret.'));
  const vault = await server.api.placeholders.vault(run);
  const issued = vault.placeholderFor('secret', 'a-value-that-is-secret');
  expect(vault.added()).toEqual([]);
  const bound = { placeholder: issued.placeholder, kind: 'secret', commitment: issued.commitment } as const;
  const restore = (run_: string, placeholders: readonly (typeof bound)[]): Promise<unknown> =>
    server.gateway.models.restorations(run_, { placeholders: [...placeholders] } as never);
  server.api.placeholders.forget(run);
  expect(await restore(run, [bound])).toEqual([
    { placeholder: issued.placeholder, value: 'a-value-that-is-secret', salt: issued.salt },
  ]);
  await expect(restore(await accept(), [bound])).rejects.toMatchObject({ code: 'placeholder-unknown' });
  await expect(restore(run, [{ ...bound, commitment: digestOf('other') }])).rejects.toMatchObject({
    code: 'placeholder-unknown',
  });
});

test('names of tables in a request are hidden wherever they come up, also after a restart', async () => {
  const ddl = 'create table ledger_accounts (holder_name text, balance_cents bigint);';
  const run = await accept({ schema: ddl });
  const sentFor = async (text: string): Promise<string> => {
    const before = models.received().length;
    await ask(questionOf(run, text));
    return models.received().slice(before).join('');
  };
  expect(await sentFor('ERROR: relation "ledger_accounts" does not exist')).not.toContain('ledger_accounts');
  server.api.placeholders.forget(run);
  expect(await sentFor('select holder_name from ledger_accounts')).not.toMatch(/ledger_accounts|holder_name/);
});

test('a secret that a person gives in an answer to the planner stays like one of the request', async () => {
  const run = await accept();
  const until = new Date(Date.now() + 60_000).toISOString();
  await server.api.runs.setState(run, { kind: 'asking', question: 'Which password?', until }, {});
  const answered = await server.ask(
    `/v1/runs/${run}/clarification`,
    post({ answer: 'The password is Sommer-Hafen-Wolke.\ncreate table tide_gauges (harbour_code text);' }),
  );
  expect(answered.status).toBe(202);
  await ask(questionOf(run, 'Somebody wrote Sommer-Hafen-Wolke beside tide_gauges and harbour_code.'));
  const sent = models.received().at(-1)?.toString() ?? '';
  expect(sent).toMatch(/Somebody wrote ZQX_SECRET_\d+_[0-9A-F]{8} beside t_\d+_[0-9a-f]{8} and c_\d+_[0-9a-f]{8}/);
});

test('nothing secret is in clear in any table', async () => {
  const secret = `value-${randomBytes(12).toString('hex')}`;
  const run = await accept({});
  await ask(questionOf(run, `password: ${secret}`));
  const tables = await server.api.database.query(
    "select table_name from information_schema.tables where table_schema = 'duovir'",
  );
  expect(tables.length).toBeGreaterThan(10);
  for (const { table_name: table } of tables) {
    const rows = await server.api.database.query(
      `select 1 from duovir.${String(table)} as row where row::text like '%' || $1 || '%' or row::text like '%' || $2 || '%'`,
      [secret, Buffer.from(secret).toString('hex')],
    );
    expect(rows, String(table)).toEqual([]);
  }
});

test('the kill switch ends calls in flight within a second, and another person lifts it', async () => {
  const run = await accept();
  const asking = ask(questionOf(run, 'hang for ever'));
  const before = models.received().length;
  while (models.received().length === before) await sleep(20);
  const stoppedAt = performance.now();
  const stopped = budgetViewSchema.parse(await json('/v1/budget/stop', post({ reason: 'It writes nonsense.' })));
  expect(stopped.stop).toMatchObject({ reason: 'It writes nonsense.', person: 'ann' });
  expect(await asking).toMatchObject({ kind: 'refused', code: 'stopped' });
  expect(performance.now() - stoppedAt).toBeLessThan(1000);
  expect(await ask(questionOf(run, 'Again?'))).toMatchObject({ kind: 'refused', code: 'stopped' });

  expect((await server.ask('/v1/budget/resume', { method: 'POST' })).status).toBe(403);
  const resumed = budgetViewSchema.parse(await json('/v1/budget/resume', { method: 'POST', as: 'bob' }));
  expect(resumed.stop).toBeNull();
  expect((await server.ask('/v1/budget/resume', { method: 'POST', as: 'bob' })).status).toBe(409);
  expect(await ask(questionOf(run, 'And now?'))).toMatchObject({ kind: 'answer' });
  const stops = await runEntries(server.api.log, 'duovir', ['model-stop', 'model-resume']);
  expect(stops.map(({ statement }) => [statement.kind, statement.predicate.person])).toEqual([
    ['model-stop', 'ann'],
    ['model-resume', 'bob'],
  ]);
  // An aborted call was paid for in full: nobody knows how far the model had come.
  const { items } = pageOf(egressViewSchema).parse(await json(`/v1/egress?run=${run}`));
  expect(items.map(({ outcome }) => outcome)).toEqual(['answered', 'aborted']);
  expect(items[1]?.microUsd).toBeGreaterThan(0);
});

test('a call that a dead server left open is ended and charged in full when the next one starts', async () => {
  const run = await accept();
  const call = 'call-aaaaaaaaaaaaaaaaaaaaaaaaaa';
  const reserved = { tokens: 900, microUsd: 4000 };
  const cap = { tokens: 10_000, microUsd: 100_000 };
  const levels = [{ id: `run/${run}`, cap, landing: { tokens: 0, microUsd: 0 } }];
  const { api } = server;
  await api.budget.reserve(`${call}/1`, levels, reserved, 'work', new AbortController().signal);
  const log = new EgressLog(api);
  await log.leaving({
    run,
    call,
    try: 1,
    principal: 'planner',
    purpose: 'plan',
    question: digestOf('question'),
    model: 'scripted',
    provider: 'openai-compatible',
    dataClass: 'internal',
    body: Buffer.from('{}'),
    redactions: {},
    reserved,
  });
  await api.egressCalls.intend(
    {
      run,
      call,
      try: 2,
      principal: 'planner',
      purpose: 'plan',
      question: digestOf('question'),
      model: 'scripted',
      provider: 'openai-compatible',
      dataClass: 'internal',
      redactions: {},
      reserved,
    },
    { digest: digestOfBytes('{}'), bytes: 2, time: new Date().toISOString() },
  );
  await new OpenCalls({ ...api, log: new EgressLog(api) }).recover();
  const { tries } = egressDetailSchema.parse(await json(`/v1/egress/${call}`));
  expect(tries).toMatchObject([{ try: 1, outcome: 'unknown', ...reserved, received: null }]);
  expect(await api.egressCalls.pending(run)).toEqual([]);
  const { levels: used } = budgetViewSchema.parse(await json(`/v1/budget?run=${run}`));
  expect(used.find(({ id }) => id === `run/${run}`)).toMatchObject({ spent: reserved, reserved: { tokens: 0 } });
});

test('the budget shows today, and what one more run could cost at most', async () => {
  const view = budgetViewSchema.parse(await json('/v1/budget'));
  const day = new Date().toISOString().slice(0, 10);
  expect(view.levels.map(({ id }) => id)).toEqual([`day/${day}`, `team/default/${day}`, `agent/planner/${day}`]);
  expect(view.forecast.worstCase).toEqual({ tokens: 1_000_000, microUsd: 50_000_000 });
  expect(view.forecast.left.tokens).toBeLessThan(1_000_000);
  expect(view.forecast.fits).toBe(false);
});
