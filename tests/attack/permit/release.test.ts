import { startOfRun } from '@duovir/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf, executionEventSchema, signStatement, type Envelope, type ExecuteRequest } from '@duovir/protocol';
import { Runner, runnerFiles } from '@duovir/runner';
import { chain } from './chain.ts';
import { install, type Installation } from './installation.ts';
import { newRunId } from './plan.fixture.ts';

const settled = { outcome: 'succeeded', reason: 'goal.attested', steps: 1, heals: 0, tokens: 0, microUsd: 0 } as const;

let installation: Installation;
let runner: Runner;

beforeAll(async () => {
  installation = await install();
  runner = await Runner.open({ files: runnerFiles(installation.state), signer: installation.signer('runner') });
});
afterAll(async () => {
  await runner.close();
  installation.remove();
});

function settlement(run: string, signer = 'server'): Promise<Envelope> {
  return signStatement(installation.signer(signer), {
    kind: 'settlement',
    run,
    time: new Date().toISOString(),
    subject: digestOf('request'),
    predicate: { ...settled, ...startOfRun(run) },
  });
}

async function logged(envelope: Envelope): Promise<string> {
  return installation.log.prove(installation.log.append(envelope));
}

async function execute(request: ExecuteRequest) {
  const text = await new Response((await runner.execute(request)).lines()).text();
  return executionEventSchema.parse(JSON.parse(text.trim().split('\n').at(-1) ?? ''));
}

test('Invariant 9, ledger first: a sandbox goes with the proven settlement of its run, and with nothing less', async () => {
  const request = await chain(installation);
  const { run } = request.plan;
  await execute(request);
  const refused = { code: 'settlement-forged' };
  const [own, foreign, other] = [await settlement(run, 'planner'), await settlement(newRunId()), await settlement(run)];
  await expect(runner.release(run, own, await logged(own))).rejects.toMatchObject(refused);
  await expect(runner.release(run, foreign, await logged(foreign))).rejects.toMatchObject(refused);
  await expect(runner.release(run, other, await logged(foreign))).rejects.toMatchObject(refused);
  await expect(runner.release(run, request.verdict, await logged(request.verdict))).rejects.toMatchObject(refused);
  expect(runner.sandbox(run)).toBeDefined();

  const proof = await logged(other);
  await runner.release(run, other, proof);
  expect(runner.sandbox(run)).toBeUndefined();
  await runner.release(run, other, proof);
});

test('Invariant 1, permit: nothing is executed for a settled run', async () => {
  const run = newRunId();
  const done = await settlement(run);
  await runner.release(run, done, await logged(done));
  expect(await execute(await chain(installation, { run, fence: 9 }))).toMatchObject({
    kind: 'refusal',
    code: 'run-settled',
  });
  expect(runner.sandbox(run)).toBeUndefined();
});
