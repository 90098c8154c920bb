import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { budgetViewSchema, type RunEvent } from '@duovir/protocol';
import { startApi, type TestApi } from '../api/api.fixture.ts';
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
  const told = await server.api.events.ofRun(run);
  expect(alertsIn(told)).toMatchObject([{ level: `run/${run}`, percent: 50, spent: { tokens: 1000 } }]);
  expect(told.at(-1)).toMatchObject({ type: 'model-end', body: { outcome: 'refused' } });

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

test('confidential data goes to no model that is not for it', async () => {
  const run = await acceptRun(server, {}, 'confidential');
  const before = models.received().length;
  expect(await askModel(server, questionOf(run, 'one'))).toMatchObject({ kind: 'refused', code: 'route-closed' });
  expect(models.received().length).toBe(before);
});
