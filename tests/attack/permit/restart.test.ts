import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import type { UnixClient } from '@duovir/principal';
import {
  executionEventSchema,
  executionStateSchema,
  peekStatement,
  sandboxHandleSchema,
  type ExecuteRequest,
  type ExecutionEvent,
  type Plan,
} from '@duovir/protocol';
import { chain } from './chain.ts';
import { collect } from './collect.ts';
import { install, type Installation } from './installation.ts';
import { newRunId } from './plan.fixture.ts';
import { startRunner, type RunnerProcess } from './runner-process.ts';

const stateSchema = z.strictObject({ state: executionStateSchema });

let installation: Installation;
let client: UnixClient;
let runner: RunnerProcess;

async function start(): Promise<void> {
  runner = await startRunner(installation);
  ({ client } = runner);
}

const kill = (): Promise<void> => runner.kill();

beforeAll(async () => {
  installation = await install();
  await start();
});
afterAll(async () => {
  await kill();
  installation.remove();
});

async function execute(request: ExecuteRequest): Promise<ExecutionEvent[]> {
  return collect(client.lines({ path: '/v1/executions', body: request }, executionEventSchema));
}

function permitOf(request: ExecuteRequest): string {
  return z.object({ permit: z.string() }).parse(peekStatement(request.permit).predicate).permit;
}

const state = async (request: ExecuteRequest): Promise<string> =>
  (await client.call({ path: `/v1/executions/${permitOf(request)}` }, stateSchema)).state;

const sleeping = (plan: Plan): Plan => ({
  ...plan,
  steps: plan.steps.map((step) =>
    step.id === 'count'
      ? {
          ...step,
          call: {
            action: 'command.run@1' as const,
            with: { argv: ['/usr/bin/sleep', '30'], environment: {}, directory: '/workspace' },
          },
        }
      : step,
  ),
});

test('Invariant 1, permit: a receipt outlives the runner, its permit stays used, its sandbox does not live on', async () => {
  const request = await chain(installation);
  expect(await state(request)).toBe('unknown');
  const [receipt] = await execute(request);
  expect(receipt).toMatchObject({ kind: 'receipt', sandbox: { generation: 1 } });
  const { run } = request.plan;
  const { pid } = await client.call({ path: `/v1/sandboxes/${run}` }, sandboxHandleSchema);

  await kill();
  await start();

  // A zombie that nobody has reaped yet has no namespaces left.
  expect(() => readlinkSync(`/proc/${pid}/ns/net`)).toThrow('ENOENT');
  await expect(client.call({ path: `/v1/sandboxes/${run}` }, sandboxHandleSchema)).rejects.toThrow('sandbox-absent');
  expect(await state(request)).toBe('finished');
  const path = `/v1/executions/${permitOf(request)}/events`;
  expect(await collect(client.lines({ path }, executionEventSchema))).toEqual([receipt]);
  expect(await execute(request)).toMatchObject([{ kind: 'refusal', code: 'permit-used' }]);
  // The next generation only: what belongs to the first has gone with it.
  expect(await execute(await chain(installation, { run }))).toMatchObject([{ code: 'fence-stale' }]);
  expect(await execute(await chain(installation, { run, fence: 2 }))).toMatchObject([{ kind: 'receipt' }]);
});

test('Invariant 11, once: an execution the runner died in is interrupted, and never done again', async () => {
  const run = newRunId();
  await execute(await chain(installation, { run, plan: sleeping }));
  const request = await chain(installation, { run, plan: sleeping, step: 'count' });
  const broken = execute(request).catch((error: unknown) => error);
  await expect.poll(() => state(request)).toBe('running');
  expect(await execute(await chain(installation, { run, plan: sleeping, step: 'mark' }))).toMatchObject([
    { kind: 'refusal', code: 'run-busy' },
  ]);

  // Between taking the slot and this file nothing is used yet, and a restart would rightly know nothing.
  const used = join(installation.state.memory('runner'), 'used-permits', permitOf(request));
  await expect.poll(() => existsSync(used)).toBe(true);
  await kill();
  await start();

  await expect(broken).resolves.toMatchObject({ code: 'unreachable' });
  expect(await state(request)).toBe('interrupted');
  expect(await execute(request)).toMatchObject([{ kind: 'refusal', code: 'permit-used' }]);
});

test('Invariant 11, once: whoever comes late joins the execution under way; a stop ends it', async () => {
  const run = newRunId();
  await execute(await chain(installation, { run, plan: sleeping }));
  const request = await chain(installation, { run, plan: sleeping, step: 'count' });
  const first = execute(request);
  await expect.poll(() => state(request)).toBe('running');
  const path = `/v1/executions/${permitOf(request)}/events`;
  const joined = collect(client.lines({ path }, executionEventSchema));
  await client.call({ path: `/v1/runs/${run}/stop`, method: 'POST' }, z.strictObject({}));
  const [receipt] = await first;
  expect(await joined).toEqual([receipt]);
  if (receipt?.kind !== 'receipt') throw new Error('no receipt');
  expect(peekStatement(receipt.receipt).predicate).toMatchObject({ outcome: 'failed', cause: 'cancelled' });
});
