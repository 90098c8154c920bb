import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import {
  commitTo,
  digestOf,
  envelopeDigest,
  signStatement,
  withoutLogin,
  withoutModels,
  type Envelope,
  type Role,
  type Signer,
  type StopOrder,
  type TrustPolicy,
} from '@duovir/protocol';
import { createKey, loadSigner } from '@duovir/principal';
import { Stops } from './stops.ts';

const SALT = 'ab'.repeat(32);
const REASON = 'Disks are being wiped';
const root = mkdtempSync(join(tmpdir(), 'duovir-stops-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const enrolled: readonly [string, Role][] = [
  ['server', 'server'],
  ['planner', 'planner'],
  ['ann', 'person'],
  ['bob', 'person'],
];
const signers = new Map<string, Signer>();
const principals = [...enrolled, ['eve', 'person'] as const].map(([name, role]) => {
  const { publicKey } = createKey(join(root, name));
  signers.set(name, loadSigner(join(root, name), name));
  return { name, role, publicKey, group: name };
});
const policy: TrustPolicy = {
  apiVersion: 'duovir/v1',
  kind: 'TrustPolicy',
  organisation: 'Test',
  version: 1,
  issuedAt: '2026-01-01T00:00:00.000Z',
  log: { origin: 'test/log', vkey: '' },
  witnesses: { quorum: 1, vkeys: [''] },
  principals: principals.filter(({ name }) => name !== 'eve'),
  quorum: {},
  envelopes: [],
  heals: { perStep: 0, perRun: 0 },
  ...withoutLogin,
  ...withoutModels,
};

let folder: string;
let stops: Stops;
let count = 0;
beforeEach(async () => {
  folder = join(root, `stops-${++count}`);
  stops = await Stops.open(folder);
});

function signer(name: string): Signer {
  const found = signers.get(name);
  if (!found) throw new RangeError(`nobody is called ${name}`);
  return found;
}

async function stopBy(by: string, person: string, time = '2026-01-01T00:00:00.000Z'): Promise<StopOrder> {
  const statement = await signStatement(signer(by), {
    kind: 'stop',
    run: 'duovir',
    time,
    subject: digestOf('policy'),
    predicate: { person, commitment: commitTo(SALT, REASON) },
  });
  return { statement, reason: REASON, salt: SALT, halt: false };
}

function liftBy(by: string, { statement }: StopOrder, person = by): Promise<Envelope> {
  return signStatement(signer(by), {
    kind: 'stop-lift',
    run: 'duovir',
    time: '2026-01-01T00:00:01.000Z',
    subject: envelopeDigest(statement),
    predicate: { person },
  });
}

const isStopped = (of = stops): boolean => of.held().length > 0;

test('a stop is in force before it is on disk, and on disk before anybody is told so', async () => {
  const order = await stopBy('server', 'ann');
  const kept = stops.hold(order, policy);
  expect(() => stops.assertNone()).toThrow(expect.objectContaining({ code: 'stopped' }));
  expect(readdirSync(folder)).toEqual([]);
  await kept();
  expect((await Stops.open(folder)).held()).toEqual([order]);
});

test('whatever is lifted stays lifted after a restart, and whatever is not stays in force', async () => {
  const [first, second] = [await stopBy('ann', 'ann'), await stopBy('server', 'ann')];
  for (const order of [first, second]) await stops.hold(order, policy)();
  await stops.lift(await liftBy('bob', first), policy);
  const again = await Stops.open(folder);
  expect(again.held()).toEqual([second]);
  await again.lift(await liftBy('bob', second), policy);
  expect(isStopped(await Stops.open(folder))).toBe(false);
});

test('Invariant 2, separation: who has stopped does not lift, whoever has signed the stop for him', async () => {
  for (const order of [await stopBy('ann', 'ann'), await stopBy('server', 'ann')]) {
    await stops.hold(order, policy)();
    await expect(stops.lift(await liftBy('ann', order), policy)).rejects.toMatchObject({ code: 'separation' });
  }
  expect(stops.held()).toHaveLength(2);
});

test.each([
  ['the server itself', 'server', 'server'],
  ['the server in the name of a person', 'server', 'bob'],
  ['an agent in the name of a person', 'planner', 'bob'],
  ['a person in the name of another', 'ann', 'bob'],
  ['somebody who is not enrolled', 'eve', 'eve'],
])('%s lifts nothing', async (_, by, person) => {
  const order = await stopBy('ann', 'ann');
  await stops.hold(order, policy)();
  await expect(stops.lift(await liftBy(by, order, person), policy)).rejects.toMatchObject({ code: 'lift-forged' });
  expect(isStopped()).toBe(true);
});

test('a lift of another stop, a stop sent as a lift and one changed byte lift nothing', async () => {
  const order = await stopBy('ann', 'ann');
  await stops.hold(order, policy)();
  const good = await liftBy('bob', order);
  const other = await liftBy('bob', await stopBy('ann', 'ann', '2026-01-02T00:00:00.000Z'));
  const changed = { ...good, payload: other.payload };
  for (const lift of [other, order.statement, changed])
    await expect(stops.lift(lift, policy)).rejects.toMatchObject({ code: 'lift-forged' });
  expect(isStopped()).toBe(true);
});

test('an old lift sent again does not end a new stop, and an old stop does not come back', async () => {
  const old = await stopBy('ann', 'ann');
  await stops.hold(old, policy)();
  const lift = await liftBy('bob', old);
  await stops.lift(lift, policy);
  const next = await stopBy('ann', 'ann', '2026-01-02T00:00:00.000Z');
  await stops.hold(next, policy)();
  await stops.lift(lift, policy);
  expect(stops.held()).toEqual([next]);
  expect(() => stops.hold(old, policy)).toThrow(expect.objectContaining({ code: 'stop-lifted' }));
});

test.each([
  ['an agent', 'planner', 'ann'],
  ['a person in the name of another', 'bob', 'ann'],
  ['somebody who is not enrolled', 'eve', 'eve'],
])('%s stops nothing', async (_, by, person) => {
  const order = await stopBy(by, person);
  expect(() => stops.hold(order, policy)).toThrow(expect.objectContaining({ code: 'stop-forged' }));
  expect(isStopped()).toBe(false);
});

test('a reason that was not the one signed is not shown as it', async () => {
  const order = { ...(await stopBy('server', 'ann')), reason: 'Only a drill' };
  expect(() => stops.hold(order, policy)).toThrow(expect.objectContaining({ code: 'stop-forged' }));
});

test('a stop that cannot be read keeps the runner from starting; one that was being written does not', async () => {
  const broken = join(root, 'broken');
  mkdirSync(broken);
  writeFileSync(join(broken, `${'0'.repeat(64)}.json.next`), '{"ord');
  expect(isStopped(await Stops.open(broken))).toBe(false);
  writeFileSync(join(broken, `${'0'.repeat(64)}.json`), '{"ord');
  await expect(Stops.open(broken)).rejects.toMatchObject({ code: 'state-unsafe' });
});
