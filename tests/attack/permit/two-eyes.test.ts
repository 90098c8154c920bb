import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UnixClient } from '@duovir/principal';
import {
  attestAnswerSchema,
  digestOf,
  executionEventSchema,
  groundsSchema,
  openStatement,
  sandboxHandleSchema,
  type AttestAnswer,
  type EntryKind,
  type Envelope,
  type Statement,
} from '@duovir/protocol';
import { chain } from './chain.ts';
import { collect } from './collect.ts';
import { install, type Installation } from './installation.ts';

let installation: Installation;
const children: ChildProcess[] = [];

/** Runner and attestor as they run in production: two processes, two keys, two sockets. */
async function start(name: 'runner' | 'attestor'): Promise<UnixClient> {
  const path = fileURLToPath(import.meta.resolve(`@duovir/runner/${name}-process`));
  const child = spawn(process.execPath, [path, installation.root], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return new UnixClient(installation.state.socket(name));
}

let runner: UnixClient;
let attestor: UnixClient;
beforeAll(async () => {
  installation = await install();
  runner = await start('runner');
  attestor = await start('attestor');
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  installation.remove();
});

function signedBy<Kind extends EntryKind>(name: string, kind: Kind, envelope: Envelope): Statement<Kind> {
  const principal = installation.policy.principals.find((one) => one.name === name);
  if (!principal) throw new RangeError(`nobody is called ${name}`);
  return openStatement(envelope, kind, principal);
}

test('the runner tells what it did, and the attestor, by its own eyes and key, what is there', async () => {
  const open = await chain(installation);
  const { run } = open.plan;
  const execute = async (body: object) => {
    const events = await collect(runner.lines({ path: '/v1/executions', body }, executionEventSchema));
    const last = events.at(-1);
    if (last?.kind !== 'receipt') throw new Error(JSON.stringify(last));
    return signedBy('runner', 'receipt', last.receipt).predicate;
  };
  const attest = async (about: string, more: object = {}): Promise<AttestAnswer> => {
    const probes = about === 'goal' ? open.plan.goal.successCriteria : [];
    const grounds = about === 'goal' ? groundsSchema.strip().parse(open) : null;
    const nothing = { step: null, baseline: null, grounds, author: null, placeholders: [], restorations: [] };
    const body = { run, subject: digestOf(open.plan), about, attempt: 1, probes, sandbox, ...nothing };
    const answer = await attestor.call({ path: '/v1/attestations', body: { ...body, ...more } }, attestAnswerSchema);
    expect(signedBy('attestor', 'attestation', answer.attestation).predicate.outcome).toBe(answer.outcome);
    return answer;
  };

  expect(await execute(open)).toMatchObject({ outcome: 'succeeded', step: 'open', fence: 1 });
  const sandbox = await runner.call({ path: `/v1/sandboxes/${run}` }, sandboxHandleSchema);
  const baseline = (await attest('baseline')).fingerprint;
  expect((await attest('goal')).outcome).toBe('failed');

  expect(await execute(await chain(installation, { run, step: 'mark' }))).toMatchObject({ outcome: 'succeeded' });
  expect((await attest('goal')).outcome).toBe('succeeded');
  expect(await attest('restored', { baseline })).toMatchObject({
    outcome: 'failed',
    differences: ['new file: /workspace/marker'],
  });

  await execute(await chain(installation, { run, step: 'mark', purpose: 'compensate' }));
  expect(await attest('restored', { baseline })).toMatchObject({ outcome: 'succeeded', fingerprint: baseline });
  await execute(await chain(installation, { run, step: 'open', purpose: 'compensate' }));
  expect(await attest('restored', { baseline, sandbox: null })).toMatchObject({ outcome: 'succeeded' });
  expect((await attest('goal', { sandbox: null })).outcome).toBe('unknown');
});

test('they end with whoever started them', async () => {
  const exits = children.map((child) => once(child, 'exit'));
  for (const child of children) child.stdin?.end();
  expect(await Promise.all(exits)).toEqual([
    [0, null],
    [0, null],
  ]);
});
