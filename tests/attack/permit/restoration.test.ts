import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  actionCallSchema,
  commitTo,
  executionEventSchema,
  type ActionCall,
  peekStatement,
  type BoundPlaceholder,
  type ExecuteRequest,
  type ExecutionEvent,
  type Plan,
  type Restoration,
} from '@duovir/protocol';
import { Runner, runnerFiles, type RunnerErrorCode } from '@duovir/runner';
import { chain } from './chain.ts';
import { install, type Installation } from './installation.ts';
import { newRunId } from './plan.fixture.ts';

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

// Made anew for every run of the tests: nothing here is anybody's password.
const PASSWORD = randomBytes(18).toString('base64url');
const salt = randomBytes(32).toString('hex');
const secret = 'ZQX_SECRET_1_0A1B2C3D';
const host = 'h1-0a1b2c3d.zqx.invalid';
const values: Readonly<Record<string, string>> = { [secret]: PASSWORD, [host]: 'db1.corp.internal' };
const bound: readonly BoundPlaceholder[] = [
  { placeholder: secret, kind: 'secret', commitment: commitTo(salt, PASSWORD) },
  { placeholder: host, kind: 'host', commitment: commitTo(salt, 'db1.corp.internal') },
];
const send = (...placeholders: string[]): Restoration[] =>
  placeholders.map((placeholder) => ({ placeholder, value: values[placeholder] ?? '', salt }));

const action = (name: string, input: object): ActionCall => actionCallSchema.parse({ action: name, with: input });
const command = (...argv: string[]): ActionCall => action('command.run@1', { argv });
const write = (content: string): ActionCall => action('file.write@1', { path: '/workspace/app.conf', content });
const configure = write(`to ${host}
password "${secret}"
`);

/** The plan of the other tests with one more step; an attack changes what it does. */
function planWith(call: ActionCall, placeholders = bound): (plan: Plan) => Plan {
  return (plan) => {
    const [, mark] = plan.steps;
    if (!mark) throw new RangeError('the plan has no second step');
    const path = call.action === 'file.write@1' ? call.with.path : '/workspace/marker';
    const compensate = { kind: 'action' as const, call: action('path.remove@1', { path }) };
    const configuring = { ...mark, id: 'configure', call, compensate };
    return { ...plan, placeholders: [...placeholders], steps: [...plan.steps, configuring] };
  };
}

async function lastEvent(request: ExecuteRequest): Promise<ExecutionEvent> {
  const lines = (await allLines(request)).trim().split('\n');
  return executionEventSchema.parse(JSON.parse(lines.at(-1) ?? ''));
}

async function allLines(request: ExecuteRequest): Promise<string> {
  return new Response((await runner.execute(request)).lines()).text();
}

/** Refused for exactly this reason, before the permit is used: so nothing was executed. The answer shows no value. */
async function expectRefusal(request: ExecuteRequest, code: RunnerErrorCode): Promise<void> {
  const used = usedPermits();
  const event = await lastEvent(request);
  expect(event).toMatchObject({ kind: 'refusal', code });
  expect(JSON.stringify(event)).not.toContain(PASSWORD);
  expect(usedPermits()).toEqual(used);
}

function usedPermits(): string[] {
  const folder = runnerFiles(installation.state).usedPermits;
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}

async function openedRun(plan: (plan: Plan) => Plan, restorations = send(secret, host)): Promise<string> {
  const run = newRunId();
  expect(await lastEvent(await chain(installation, { run, plan, restorations }))).toMatchObject({ kind: 'receipt' });
  return run;
}

test('Invariant 7, egress: a value goes into its file, and comes back from no later step, nor rests on disk', async () => {
  const show = command('/usr/bin/cat', '/workspace/app.conf');
  const plan = (original: Plan): Plan => {
    const next = planWith(configure)(original);
    const [, mark] = next.steps;
    return mark ? { ...next, steps: [...next.steps, { ...mark, id: 'show', call: show }] } : next;
  };
  const run = await openedRun(plan);
  const restorations = send(secret, host);
  expect(await lastEvent(await chain(installation, { run, plan, step: 'configure', restorations }))).toMatchObject({
    kind: 'receipt',
  });

  const told = await allLines(await chain(installation, { run, plan, step: 'show', restorations }));
  const receipt = executionEventSchema.parse(JSON.parse(told.trim().split('\n').at(-1) ?? ''));
  if (receipt.kind !== 'receipt') throw new Error(told);
  expect(receipt.stdout).toBe(`to ${host}\npassword "${secret}"\n`);
  expect(told).not.toContain(PASSWORD);
  expect(told).not.toContain('db1.corp.internal');
  // The digest is over what the program really wrote.
  const written = createHash('sha256').update(`to db1.corp.internal\npassword "${PASSWORD}"\n`).digest('hex');
  expect(peekStatement(receipt.receipt).predicate).toMatchObject({ stdout: `sha256:${written}` });

  const folder = installation.state.memory('runner');
  const atRest = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(atRest.length).toBeGreaterThan(3);
  for (const entry of atRest) expect(readFileSync(join(entry.parentPath, entry.name), 'utf8')).not.toContain(PASSWORD);
});

test.each<[RunnerErrorCode, string, Restoration[]]>([
  [
    'restoration-forged',
    'exchanges a value',
    [...send(host), { placeholder: secret, value: 'chosen-by-the-server', salt }],
  ],
  [
    'restoration-forged',
    'exchanges two values',
    [
      { ...send(host)[0]!, placeholder: secret },
      { ...send(secret)[0]!, placeholder: host },
    ],
  ],
  [
    'restoration-forged',
    'exchanges a salt',
    [...send(host), { placeholder: secret, value: PASSWORD, salt: '00'.repeat(32) }],
  ],
  ['restoration-missing', 'leaves a value out', send(secret)],
  ['restoration-missing', 'sends no value', []],
  [
    'restoration-extra',
    'adds a value',
    [...send(secret, host), { placeholder: 'ZQX_SECRET_2_0A1B2C3D', value: 'x', salt }],
  ],
  ['restoration-duplicate', 'sends one value twice', [...send(secret, host), ...send(host)]],
])('Invariant 4, exact bytes: %s when the server %s', async (code, _, restorations) => {
  const plan = planWith(configure);
  const run = await openedRun(plan);
  await expectRefusal(await chain(installation, { run, plan, step: 'configure', restorations }), code);
});

/** Whole chains that everybody has signed: the runner alone stands between these plans and their effect. It gives them R4. */
test.each<[string, ActionCall, readonly BoundPlaceholder[]]>([
  ['a secret into an argument', command('/usr/bin/redis-cli', '-a', secret), bound],
  ['a secret into inline shell code', command('/bin/sh', '-c', `echo ${secret}`), bound],
  ['a host into inline shell code', command('/bin/sh', '-c', `ping ${host}`), bound],
  ['a secret into shell text', action('shell.exec@1', { script: `echo ${secret}` }), bound],
  ['a secret into a script', write(`#!/bin/sh\necho ${secret}\n`), bound],
  ['a secret into a path', action('path.remove@1', { path: `/workspace/${secret}` }), bound],
  ['a host into the place of the program', command(host), bound],
  ['a forged tag into a file', write('password "ZQX_SECRET_1_FFFFFFFF"\n'), bound],
  ['a tag that the plan does not list', write(`password "${secret}"\n`), []],
  ['a secret that is listed as a host', command('/usr/bin/echo', secret), [{ ...bound[0]!, kind: 'host' }]],
])(
  'Invariant 4, exact bytes: a plan that puts %s is not executed, whoever approved it',
  async (_, call, placeholders) => {
    const plan = planWith(call, placeholders);
    const used = placeholders.filter(({ placeholder }) => JSON.stringify(call).includes(placeholder));
    const restorations = send(...used.map(({ placeholder }) => placeholder));
    for (const step of ['open', 'configure'])
      await expectRefusal(await chain(installation, { plan, step, restorations }), 'risk-class-forbidden');
  },
);

test.each<[RunnerErrorCode, string, string]>([
  ['value-unfit', 'ends its quotes', 'x"\nlisten_addresses "*'],
  ['value-unfit', 'has a NUL in it', 'x\0y'],
])('a value that %s: %s', async (code, _, value) => {
  const plan = planWith(configure, [
    { placeholder: secret, kind: 'secret', commitment: commitTo(salt, value) },
    ...bound.slice(1),
  ]);
  const restorations = [{ placeholder: secret, value, salt }, ...send(host)];
  const run = await openedRun(plan, restorations);
  await expectRefusal(await chain(installation, { run, plan, step: 'configure', restorations }), code);
});

test('Invariant 3, veto: the floor is asked again about the bytes with the values in them', async () => {
  const metadata = ['metadata', 'google', 'internal'].join('.');
  const binding: BoundPlaceholder = { placeholder: host, kind: 'host', commitment: commitTo(salt, metadata) };
  const plan = planWith(command('/usr/bin/curl', `http://${host}/token`), [binding]);
  const restorations = [{ placeholder: host, value: metadata, salt }];
  const run = await openedRun(plan, restorations);
  await expectRefusal(await chain(installation, { run, plan, step: 'configure', restorations }), 'floor-denied');
});
