import { startOfRun } from '@duovir/ledger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  executionEventSchema,
  planDigest,
  signStatement,
  digestOf,
  type ExecuteRequest,
  type ExecutionEvent,
  type Plan,
} from '@duovir/protocol';
import { Runner, runnerFiles } from '@duovir/runner';
import { carried, type CarriedDeviation } from './carried.ts';
import { chain, permitted, type Deviation } from './chain.ts';
import { install, type Installation } from './installation.ts';
import { newRunId, planFor } from './plan.fixture.ts';

const settled = { outcome: 'succeeded', reason: 'goal.attested', steps: 1, heals: 0, tokens: 0, microUsd: 0 } as const;

let installation: Installation;
let runner: Runner;
let elapsed = 0;
const now = (): Date => new Date(Date.now() + elapsed);

const open = (): Promise<Runner> =>
  Runner.open({ files: runnerFiles(installation.state), signer: installation.signer('runner'), now });
beforeAll(async () => {
  installation = await install();
  runner = await open();
});
afterAll(async () => {
  await runner.close();
  installation.remove();
});

async function execute(request: ExecuteRequest): Promise<ExecutionEvent> {
  const text = await new Response((await runner.execute(request)).lines()).text();
  return executionEventSchema.parse(JSON.parse(text.trim().split('\n').at(-1) ?? ''));
}

const receipt = { kind: 'receipt' };
const refusal = (code: string) => ({ kind: 'refusal', code });
/** At the time the runner has. */
const at = (deviation: Deviation = {}): Deviation => ({ now: now(), ...deviation });

const patched = (plan: Plan): Plan => ({
  ...plan,
  revision: plan.revision + 1,
  source: { ...plan.source, inputs: { port: 5434 } },
});
const healing = (run: string): Deviation =>
  at({
    run,
    planner: 'healer',
    plan: patched,
    motion: (motion) => ({
      ...motion,
      kind: 'heal',
      envelope: 'database-port',
      previous: planDigest(planFor(run)),
    }),
    step: 'count',
  });

test('Invariant 5, heals: one of a plan that was carried out before the runner was restarted', async () => {
  const run = newRunId();
  expect(await execute(await chain(installation, at({ run })))).toMatchObject(receipt);
  await runner.close();
  runner = await open();
  expect(await execute(await chain(installation, { ...healing(run), step: 'open', fence: 2 }))).toMatchObject(receipt);
});

test('Invariant 5, heals: a plan is forgotten with its run', async () => {
  const run = newRunId();
  await execute(await chain(installation, at({ run })));
  const settlement = await signStatement(installation.signer('server'), {
    kind: 'settlement',
    run,
    time: now().toISOString(),
    subject: digestOf('request'),
    predicate: { ...settled, ...startOfRun(run) },
  });
  await runner.release(run, settlement, await installation.log.prove(installation.log.append(settlement)));
  expect(await execute(await chain(installation, healing(run)))).toMatchObject(refusal('heal-unfounded'));
});

test('Invariant 1, permit: grounds that have held once say nothing about others for the same plan', async () => {
  const run = newRunId();
  const sound = await carried(installation, at({ run }));
  expect(await execute(await permitted(installation, sound, at()))).toMatchObject(receipt);
  const marked = (grounds = sound): Promise<ExecuteRequest> => permitted(installation, grounds, at({ step: 'mark' }));
  const again = await carried(installation, at({ run, reviewers: ['reviewer-security'] }));
  expect(await execute(await marked({ ...sound, intent: null }))).toMatchObject(refusal('intent-missing'));
  expect(await execute(await marked({ ...sound, opinions: sound.opinions.slice(1) }))).toMatchObject(
    refusal('opinion-missing'),
  );
  expect(await execute(await marked(again))).toMatchObject(refusal('below-quorum'));
  expect(await execute({ ...(await marked()), verdict: again.verdict })).toMatchObject(refusal('opinion-missing'));
  expect(await execute(await marked())).toMatchObject(receipt);
});

const broken: CarriedDeviation = {
  plan: (plan) => ({ ...plan, environment: 'staging' }),
  reviewers: [],
  people: ['bob', 'carol'],
  breakers: ['bob', 'carol'],
};

test('Invariant 1, permit: when the time is over, what was begun may be undone, and nothing else of it done', async () => {
  const run = newRunId();
  const grounds = await carried(installation, at({ run, ...broken }));
  const step = async (name: string, purpose: 'apply' | 'compensate'): Promise<ExecutionEvent> =>
    execute(await permitted(installation, grounds, at({ step: name, purpose })));
  expect(await step('open', 'apply')).toMatchObject(receipt);
  expect(await step('mark', 'apply')).toMatchObject(receipt);
  const begun = await carried(installation, at({ run: newRunId(), ...broken }));
  elapsed += 40 * 60_000;
  expect(await step('count', 'apply')).toMatchObject(refusal('break-glass-expired'));
  expect(await step('mark', 'compensate')).toMatchObject(receipt);
  const never = await permitted(installation, begun, at({ step: 'mark', purpose: 'compensate' }));
  expect(await execute(never)).toMatchObject(refusal('break-glass-expired'));
});

test('Invariant 2, separation: whoever is put out is out with the next step, though all was in order before', async () => {
  const run = newRunId();
  const grounds = await carried(installation, at({ run }));
  expect(await execute(await permitted(installation, grounds, at()))).toMatchObject(receipt);
  const { policy, digest } = installation;
  await installation.enforce({
    ...policy,
    version: 2,
    principals: policy.principals.filter(({ name }) => name !== 'reviewer-reliability'),
    supersedes: { digest, decidedUntil: new Date(now().getTime() + 3_600_000).toISOString() },
  });
  for (const purpose of ['apply', 'compensate'] as const)
    expect(await execute(await permitted(installation, grounds, at({ step: 'mark', purpose })))).toMatchObject(
      refusal('principal-revoked'),
    );
});
