import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EgressView, RunEvent, RunView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { startScriptedPlanner, type ScriptedPlanner } from '../scripted-planner.ts';
import { startSigned } from '../signed-run.ts';
import { Installation } from './installation.ts';

const SLOW_MS = 4000;
const installation = new Installation();
let planner: ScriptedPlanner;

beforeAll(async () => {
  planner = await startScriptedPlanner(() => ({
    kind: 'json',
    value: { answer: { kind: 'refuse', reason: 'It took its time and plans nothing.' } },
    pace: { firstMilliseconds: SLOW_MS },
    usage: { inputTokens: 900, outputTokens: 100 },
  }));
  await installation.duovir('init', '--models', planner.file);
  await installation.up();
}, 120_000);
afterAll(async () => {
  await installation.close();
  await planner?.close();
}, 60_000);

/** Starts a run, and resolves when its planner waits for the model. */
async function untilAsking(client: Client, goal: string): Promise<RunView> {
  const before = planner.models.requests().length;
  const run = await startSigned(installation.state, client, { goal, target: 'sandbox' });
  while (planner.models.requests().length === before) await pause(20);
  return run;
}

async function untilSettled(run: string): Promise<{ readonly events: RunEvent[]; readonly calls: EgressView[] }> {
  const client = await installation.client();
  const events: RunEvent[] = [];
  for await (const event of client.events(run)) {
    events.push(event);
    if (event.type === 'run-end') break;
  }
  const calls: EgressView[] = [];
  for await (const call of client.egress({ run })) calls.push(call);
  return { events, calls: calls.toReversed() };
}

test('a server killed while a model writes asks again, charges the lost call in full, and settles what it cost', async () => {
  const run = await untilAsking(await installation.client(), 'Kill the server');
  await installation.kill('server');
  const { events, calls } = await untilSettled(run.id);
  expect(calls.map(({ outcome }) => outcome)).toEqual(['unknown', 'answered']);
  expect(calls[1]).toMatchObject({ tokens: 1000 });
  expect(calls[0]?.tokens).toBeGreaterThan(1000);
  expect(calls.every(({ entry, endEntry }) => endEntry !== null && entry < endEntry)).toBe(true);
  const { levels } = await (await installation.client()).budget({ run: run.id });
  const spent = calls.reduce((sum, { microUsd }) => sum + microUsd, 0);
  expect(levels.find(({ id }) => id === `run/${run.id}`)).toMatchObject({
    spent: { microUsd: spent },
    reserved: { tokens: 0, microUsd: 0 },
  });
  expect(events.at(-1)).toMatchObject({ type: 'run-end', body: { outcome: 'rejected' } });
  expect(JSON.parse(await installation.duovir('ledger', 'verify', '--json'))).toMatchObject({ ok: true });
}, 120_000);

test('an agent killed while its model writes gets the same answer, asked and paid once', async () => {
  const run = await untilAsking(await installation.client(), 'Kill the planner');
  await installation.kill('planner');
  const { calls } = await untilSettled(run.id);
  expect(calls).toMatchObject([{ outcome: 'answered', tokens: 1000 }]);
}, 120_000);

test('PostgreSQL killed while a model writes loses neither the answer nor its price', async () => {
  const run = await untilAsking(await installation.client(), 'Kill PostgreSQL');
  await installation.kill('postgres');
  const { calls } = await untilSettled(run.id);
  expect(calls.at(-1)).toMatchObject({ outcome: 'answered', tokens: 1000 });
  expect(calls.every(({ endEntry }) => endEntry !== null)).toBe(true);
}, 120_000);

test('a server that is stopped in good order takes its run up again, and the model is asked again', async () => {
  const run = await untilAsking(await installation.client(), 'Stop and start');
  await installation.duovir('down');
  await installation.up();
  const { events, calls } = await untilSettled(run.id);
  const refusal = events.find(({ type }) => type === 'plan-refuse');
  expect(refusal?.body).toMatchObject({ explanation: expect.stringContaining('took its time') });
  expect(calls.at(-1)).toMatchObject({ outcome: 'answered', tokens: 1000 });
  expect(calls.every(({ endEntry }) => endEntry !== null)).toBe(true);
}, 120_000);
