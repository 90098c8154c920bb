import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { budgetViewSchema, digestOf, type RunEvent } from '@duovir/protocol';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { runEntries } from '../api/run-entries.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { acceptRun, askModel, questionOf } from './asking.fixture.ts';
import { modelsAt, startScriptedModels, type ScriptedModels } from './scripted-models.fixture.ts';

let models: ScriptedModels;
let server: TestApi;
beforeAll(async () => {
  models = await startScriptedModels([
    { reply: { kind: 'json', value: { ok: true }, usage: { inputTokens: 980, outputTokens: 20 } } },
  ]);
  const money = { microUsd: 1_000_000 };
  server = await startApi(
    await freshDatabase(inject('postgres')),
    modelsAt(models.url, { run: { tokens: 3000, ...money }, landingPercent: 40 }),
  );
});
afterAll(async () => {
  await server.close();
  await models.close();
});

const alertsIn = (events: readonly RunEvent[]): unknown[] =>
  events.flatMap(({ type, body }) => (type === 'budget-alert' ? [body] : []));

test('a run that has used up what work may cost can still think about coming down', async () => {
  const run = await acceptRun(server);
  expect(await askModel(server, questionOf(run, 'one'))).toMatchObject({ kind: 'answer', tokens: 1000 });
  expect(await askModel(server, questionOf(run, 'two'))).toMatchObject({ kind: 'refused', code: 'budget-exhausted' });
  // Nobody waits for what people are told.
  const told = (): Promise<RunEvent[]> => server.api.events.ofRun(run);
  await expect
    .poll(async () => alertsIn(await told()))
    .toMatchObject([{ level: `run/${run}`, percent: 50, spent: { tokens: 1000 } }]);
  await expect
    .poll(told)
    .toContainEqual(
      expect.objectContaining({ type: 'model-end', body: expect.objectContaining({ outcome: 'refused' }) }),
    );

  await server.api.runs.setState(run, { kind: 'running', stage: 'undo' }, {});
  expect(await askModel(server, questionOf(run, 'three'))).toMatchObject({ kind: 'answer' });
  const { levels } = budgetViewSchema.parse(await (await server.ask(`/v1/budget?run=${run}`)).json());
  expect(levels.find(({ id }) => id === `run/${run}`)).toMatchObject({
    cap: { tokens: 3000 },
    spent: { tokens: 2000 },
    landing: { tokens: 1200 },
  });
  expect(await server.gateway.models.spent(run)).toMatchObject({ tokens: 2000 });
});

test('a run that is settled asks nothing any more', async () => {
  const run = await acceptRun(server);
  const settled = { kind: 'settled', outcome: 'succeeded', reason: 'x', explanation: 'x' } as const;
  await server.api.runs.setState(run, settled, {});
  const before = models.received().length;
  expect(await askModel(server, questionOf(run, 'one'))).toMatchObject({ kind: 'refused' });
  expect(models.received().length).toBe(before);
});

test('a run that is settled while its call waits for its turn sends nothing', async () => {
  const run = await acceptRun(server);
  const { budget } = server.gateway;
  const amount = { tokens: 2900, microUsd: 0 };
  const level = { id: `run/${run}`, cap: { tokens: 3000, microUsd: 1_000_000 }, landing: { tokens: 0, microUsd: 0 } };
  await budget.reserve('other', [level], amount, 'work', new AbortController().signal);
  const before = models.received().length;
  const asking = askModel(server, questionOf(run, 'one'));
  await expect.poll(() => runEntries(server.api.log, run, ['model-question'])).toHaveLength(1);
  await sleep(100);
  await server.api.runs.setState(run, { kind: 'running', stage: 'settle' }, {});
  await budget.settle('other', { tokens: 0, microUsd: 0 });
  expect(await asking).toMatchObject({ kind: 'refused', tokens: 0 });
  expect(models.received().length).toBe(before);
  expect(await server.gateway.models.spent(run)).toEqual({ tokens: 0, microUsd: 0 });
});

test('an agent asks about motions of its run only, so that it cannot choose whose budget it uses', async () => {
  const [run, other] = [await acceptRun(server), await acceptRun(server)];
  const motion = digestOf(`motion of ${other}`);
  await server.api.runs.recordMotion({
    run: other,
    digest: motion,
    kind: 'plan',
    revision: 1,
    riskClass: 'R1',
    reasons: [],
  });
  const before = models.received().length;
  for (const foreign of [motion, digestOf('invented')])
    expect(await askModel(server, { ...questionOf(run, 'one'), motion: foreign })).toMatchObject({
      kind: 'refused',
      code: 'route-closed',
    });
  expect(models.received().length).toBe(before);
  expect(await server.gateway.budget.levels(`motion/${motion}`)).toEqual([]);
});

test('confidential data goes to no model that is not for it', async () => {
  const run = await acceptRun(server, {}, 'confidential');
  const before = models.received().length;
  expect(await askModel(server, questionOf(run, 'one'))).toMatchObject({ kind: 'refused', code: 'route-closed' });
  expect(models.received().length).toBe(before);
});
