import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import type { UnixClient } from '@duovir/principal';
import {
  commitTo,
  envelopeDigest,
  executionEventSchema,
  executionStateSchema,
  heldStopsSchema,
  peekStatement,
  signStatement,
  type Envelope,
  type ExecuteRequest,
  type ExecutionEvent,
  type Plan,
  type StopOrder,
} from '@duovir/protocol';
import { chain } from './chain.ts';
import { collect } from './collect.ts';
import { install, type Installation } from './installation.ts';
import { newRunId } from './plan.fixture.ts';
import { startRunner, type RunnerProcess } from './runner-process.ts';

const SALT = 'ab'.repeat(32);
const REASON = 'Disks are being wiped';
const nothing = z.strictObject({});

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
beforeEach(async () => {
  for (const order of await held()) await lift(await liftBy('carol', order));
});

async function stopBy(by: string, person: string, halt = false): Promise<StopOrder> {
  const statement = await signStatement(installation.signer(by), {
    kind: 'stop',
    run: 'duovir',
    time: new Date().toISOString(),
    subject: installation.digest,
    predicate: { person, commitment: commitTo(SALT, REASON) },
  });
  return { statement, reason: REASON, salt: SALT, halt };
}

function liftBy(by: string, { statement }: StopOrder, person = by): Promise<Envelope> {
  return signStatement(installation.signer(by), {
    kind: 'stop-lift',
    run: 'duovir',
    time: new Date().toISOString(),
    subject: envelopeDigest(statement),
    predicate: { person },
  });
}

const stop = (order: StopOrder): Promise<unknown> => client.call({ path: '/v1/stop', body: order }, nothing);
const lift = (statement: Envelope): Promise<unknown> =>
  client.call({ path: '/v1/stop/lift', body: { statement } }, nothing);
const held = async (): Promise<StopOrder[]> => (await client.call({ path: '/v1/stop' }, heldStopsSchema)).stops;

async function execute(request: ExecuteRequest): Promise<ExecutionEvent[]> {
  return collect(client.lines({ path: '/v1/executions', body: request }, executionEventSchema));
}

/** The step `count` lasts a while. */
const lasting =
  (seconds: number) =>
  (plan: Plan): Plan => ({
    ...plan,
    steps: plan.steps.map((step) =>
      step.id === 'count'
        ? {
            ...step,
            call: {
              action: 'command.run@1' as const,
              with: { argv: ['/usr/bin/sleep', String(seconds)], environment: {}, directory: '/workspace' },
            },
          }
        : step,
    ),
  });

/** An execution that is under way. */
async function running(seconds: number): Promise<{ readonly ended: Promise<ExecutionEvent[]> }> {
  const run = newRunId();
  const plan = lasting(seconds);
  await execute(await chain(installation, { run, plan }));
  const request = await chain(installation, { run, plan, step: 'count' });
  const permit = z.object({ permit: z.string() }).parse(peekStatement(request.permit).predicate).permit;
  const ended = execute(request);
  const stateSchema = z.strictObject({ state: executionStateSchema });
  await expect
    .poll(async () => (await client.call({ path: `/v1/executions/${permit}` }, stateSchema)).state)
    .toBe('running');
  // Until its use is written down, a stop refuses it.
  await expect.poll(() => existsSync(join(installation.state.memory('runner'), 'used-permits', permit))).toBe(true);
  return { ended };
}

test('Invariant 1, permit: within a second of a stop every permit is refused, and nothing has begun', async () => {
  const requests = [await chain(installation), await chain(installation), await chain(installation)] as const;
  const order = await stopBy('server', 'alice');
  const begun = performance.now();
  await stop(order);
  const answers = await Promise.all(requests.map(execute));
  const milliseconds = performance.now() - begun;
  for (const answer of answers) expect(answer).toMatchObject([{ kind: 'refusal', code: 'stopped' }]);
  expect(answers.flat()[0]).toMatchObject({ message: expect.stringContaining(REASON) });
  expect(milliseconds).toBeLessThan(1000);
  // None of them was used: a permit that was stopped is good again once the stop is lifted.
  await lift(await liftBy('bob', order));
  const [first] = requests;
  expect(await execute(first)).toMatchObject([{ kind: 'receipt' }]);
});

test('Invariant 1, permit: a stop outlives the runner that was killed', async () => {
  const order = await stopBy('alice', 'alice');
  await stop(order);
  await kill();
  await start();
  expect(await held()).toEqual([order]);
  const request = await chain(installation);
  expect(await execute(request)).toMatchObject([{ kind: 'refusal', code: 'stopped' }]);
  await lift(await liftBy('bob', order));
  await kill();
  await start();
  expect(await execute(request)).toMatchObject([{ kind: 'receipt' }]);
});

test('Invariant 2, separation: neither who has stopped nor a server in whosever name ends a stop', async () => {
  const order = await stopBy('server', 'alice');
  await stop(order);
  const request = await chain(installation);
  await expect(lift(await liftBy('alice', order))).rejects.toThrow('separation');
  await expect(lift(await liftBy('server', order))).rejects.toThrow('lift-forged');
  await expect(lift(await liftBy('server', order, 'bob'))).rejects.toThrow('lift-forged');
  expect(await execute(request)).toMatchObject([{ kind: 'refusal', code: 'stopped' }]);
});

test('what is running goes on when everything is stopped, unless it is to be halted', async () => {
  const short = await running(1);
  await stop(await stopBy('alice', 'alice'));
  const [receipt] = await short.ended;
  expect(receipt).toMatchObject({ kind: 'receipt' });
  if (receipt?.kind === 'receipt')
    expect(peekStatement(receipt.receipt).predicate).toMatchObject({ outcome: 'succeeded' });
  for (const order of await held()) await lift(await liftBy('carol', order));

  const long = await running(60);
  await stop(await stopBy('alice', 'alice', true));
  const [halted] = await long.ended;
  if (halted?.kind !== 'receipt') throw new Error('no receipt');
  expect(peekStatement(halted.receipt).predicate).toMatchObject({ outcome: 'failed', cause: 'cancelled' });
});
