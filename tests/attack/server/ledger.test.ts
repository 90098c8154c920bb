import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { startOfRun, WitnessClient } from '@duovir/ledger';
import { commitTo, digestOf, signStatement, type Envelope, type ExecuteRequest, type Plan } from '@duovir/protocol';
import type { RunnerErrorCode } from '@duovir/runner';
import { chain, type Deviation } from '../permit/chain.ts';
import { MemoryLog } from '../permit/memory-log.ts';
import { newRunId } from '../permit/plan.fixture.ts';
import { besiege, forging, MARKER, type Siege } from './siege.ts';

const settled = { outcome: 'succeeded', reason: 'goal.attested', steps: 1, heals: 0, tokens: 0, microUsd: 0 } as const;

let siege: Siege;
let witnessing: ChildProcess;
let witness: WitnessClient;
beforeAll(async () => {
  siege = await besiege();
  const path = fileURLToPath(import.meta.resolve('@duovir/ledger/witness-process'));
  witnessing = spawn(process.execPath, [path, siege.root], { stdio: ['pipe', 'pipe', 'inherit'] });
  if (!witnessing.stdout) throw new Error('no output');
  await once(witnessing.stdout, 'data');
  witness = new WitnessClient(siege.state.socket('witness'), siege.log.witnessVkey);
});
afterAll(async () => {
  witness.close();
  witnessing.kill('SIGKILL');
  await siege.end();
});

const onVictim = (deviation: Deviation = {}): Deviation => ({ run: siege.victim, step: 'mark', ...deviation });
const attack = (deviation: Deviation = {}): Promise<ExecuteRequest> => chain(siege, onVictim(deviation));
const minutes = (count: number): string => new Date(Date.now() + count * 60_000).toISOString();

const attacks: readonly (readonly [string, RunnerErrorCode, () => Promise<ExecuteRequest>])[] = [
  ['Invariant 9: a permit that is in no ledger', 'permit-not-in-ledger', () => attack({ logged: false })],
  [
    'Invariant 9: a permit under a checkpoint that no witness has seen',
    'ledger-proof-invalid',
    () => attack({ cosigned: false }),
  ],
  ['Invariant 1: a permit of somebody else', 'permit-forged', () => attack({ mint: 'runner' })],
  [
    'Invariant 1: a permit whose time is over',
    'permit-expired',
    () => attack({ permit: (permit) => ({ ...permit, issuedAt: minutes(-4), expiresAt: minutes(-1) }) }),
  ],
  [
    'Invariant 1: a permit for ever',
    'permit-lifetime',
    () => attack({ permit: (permit) => ({ ...permit, expiresAt: minutes(600) }) }),
  ],
  [
    'Invariant 1: a permit of tomorrow',
    'permit-not-yet-valid',
    () => attack({ permit: (permit) => ({ ...permit, issuedAt: minutes(600), expiresAt: minutes(601) }) }),
  ],
  [
    'Invariant 1: a permit with the documents of another run',
    'permit-foreign-run',
    async () => {
      const [mine, other] = [await attack(), await chain(siege, { run: newRunId(), step: 'mark' })];
      return { ...mine, permit: other.permit, proof: other.proof };
    },
  ],
  [
    'Invariant 1: what was carried in another run',
    'plan-forged',
    async () => {
      const [mine, other] = [await attack(), await chain(siege, { run: newRunId(), step: 'mark' })];
      return { ...other, plan: mine.plan, request: mine.request, permit: mine.permit, proof: mine.proof };
    },
  ],
  [
    'Invariant 4: a permit for other bytes than those carried',
    'bytes-differ',
    () => attack({ subjects: { permit: digestOf('something else') } }),
  ],
  [
    'Invariant 4: the permit of one step for another',
    'bytes-differ',
    () => attack({ permit: (permit) => ({ ...permit, step: 'count' }) }),
  ],
  ['Invariant 11: a permit for a sandbox that is gone', 'fence-stale', () => attack({ fence: 0 })],
  ['Invariant 11: a permit for a sandbox that is to come', 'fence-stale', () => attack({ fence: 2 })],
  [
    'Invariant 1: a permit that rests on another verdict',
    'verdict-missing',
    () => attack({ permit: (permit) => ({ ...permit, verdict: digestOf('another verdict') }) }),
  ],
];

test.each(attacks)('%s: %s', async (_, code, request) => {
  await siege.refused(await request(), code);
});

const value = { placeholder: 'ZQX_SECRET_1_0A1B2C3D', salt: 'ab'.repeat(32) };
const hidden = 'what the planner has committed to';
const configuring = (plan: Plan): Plan => ({
  ...plan,
  placeholders: [{ placeholder: value.placeholder, kind: 'secret', commitment: commitTo(value.salt, hidden) }],
  steps: plan.steps.map((step) =>
    step.call.action === 'file.write@1'
      ? { ...step, call: { ...step.call, with: { ...step.call.with, content: `password "${value.placeholder}"\n` } } }
      : step,
  ),
});

test.each<[string, RunnerErrorCode, ExecuteRequest['restorations']]>([
  ['exchanged', 'restoration-forged', [{ ...value, value: 'what the server likes better' }]],
  ['exchanged, with another salt', 'restoration-forged', [{ ...value, value: hidden, salt: 'cd'.repeat(32) }]],
  ['left out', 'restoration-missing', []],
  [
    'slipped in',
    'restoration-extra',
    [
      { ...value, value: hidden },
      { ...value, placeholder: 'ZQX_SECRET_2_0A1B2C3D', value: 'x' },
    ],
  ],
])('Invariant 4: a value %s: %s', async (_, code, restorations) => {
  await siege.refused(await attack({ plan: configuring, restorations }), code);
});

test('Invariant 1: a permit used twice, and at the same time', async () => {
  const request = await attack({ step: 'count' });
  const events = await Promise.all(Array.from({ length: 6 }, () => siege.execute(request)));
  const kinds = events.map((event) => (event.kind === 'refusal' ? event.code : event.kind)).toSorted();
  expect(kinds).toEqual([...Array.from({ length: 5 }, () => 'permit-used'), 'receipt']);
  await siege.refused(request, 'permit-used');
});

test('Invariant 9: a forked log, which the witness does not cosign and the runner does not believe', async () => {
  const truth = await siege.log.note();
  const seen = await witness.cosign({ checkpoint: truth, oldSize: 0, proof: [] });
  if (seen.kind !== 'cosigned') throw new Error(seen.kind);

  // As long as the true one, with the attacker's permit in the place of its last entry.
  const fork = new MemoryLog(siege.signer('log'), siege.signer('witness'), siege.log.leaves.slice(0, -1));
  const request = await chain({ ...siege, log: fork }, onVictim());
  const size = fork.leaves.length;
  expect(size).toBe(siege.log.leaves.length);
  const refusal = { code: 'witness-refused' };
  const forked = await fork.note();
  const again = { checkpoint: forked, oldSize: size, proof: [] };
  await expect(witness.cosign(again)).rejects.toMatchObject(refusal);
  // Longer, and without or with a proof that it extends the true one.
  fork.append(request.verdict);
  const longer = { checkpoint: await fork.note(), oldSize: size };
  await expect(witness.cosign({ ...longer, proof: [] })).rejects.toMatchObject(refusal);
  const proof = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  await expect(witness.cosign({ ...longer, proof })).rejects.toMatchObject(refusal);
  // As if nothing had been seen.
  expect(await witness.cosign({ ...longer, oldSize: 0, proof: [] })).toEqual({ kind: 'conflict', size });

  const cosignatures = { none: '', 'of the true log': seen.lines };
  for (const cosignature of Object.values(cosignatures)) {
    const unseen = await fork.prove(size - 1, cosignature);
    await siege.refused({ ...request, proof: unseen }, 'ledger-proof-invalid');
  }
});

async function released(run: string, settlement: Envelope, proof: string): Promise<void> {
  await siege.runner.call({ path: `/v1/runs/${run}/release`, body: { settlement, proof } }, z.strictObject({}));
}

test('Invariant 9: a sandbox pulled away without a settlement in the ledger', async () => {
  const settle = (run: string, by: Pick<Siege, 'signer'> = siege): Promise<Envelope> =>
    signStatement(by.signer('server'), {
      kind: 'settlement',
      run,
      time: new Date().toISOString(),
      subject: digestOf('request'),
      predicate: { ...settled, ...startOfRun(run) },
    });
  const settlement = await settle(siege.victim);
  const unproven = siege.log.append(await settle(newRunId()));
  await expect(released(siege.victim, settlement, await siege.log.prove(unproven))).rejects.toThrow(
    'settlement-forged',
  );
  const uncosigned = await siege.log.prove(siege.log.append(settlement), '');
  await expect(released(siege.victim, settlement, uncosigned)).rejects.toThrow('settlement-forged');
  expect(await siege.sandbox(siege.victim)).toMatchObject({ run: siege.victim });
});

test('Invariant 1: anything more for a run that is settled', async () => {
  const run = newRunId();
  const later = await chain(siege, { run });
  const settlement = await signStatement(siege.signer('server'), {
    kind: 'settlement',
    run,
    time: new Date().toISOString(),
    subject: digestOf('request'),
    predicate: { ...settled, ...startOfRun(run) },
  });
  await released(run, settlement, await siege.log.prove(siege.log.append(settlement)));
  await siege.refused(later, 'run-settled');
});

test('Invariant 11: what was carried and begun may be undone, by the same server', async () => {
  expect(await siege.execute(await attack())).toMatchObject({ kind: 'receipt' });
  expect(await siege.isThere(MARKER)).toBe(true);
  expect(await siege.execute(await attack({ purpose: 'compensate' }))).toMatchObject({ kind: 'receipt' });
  expect(await siege.isThere(MARKER)).toBe(false);
  await siege.refused(await chain(forging(siege, 'planner'), onVictim({ purpose: 'compensate' })), 'plan-forged');
});
