import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import {
  commitTo,
  digestOf,
  type Digest,
  envelopeDigest,
  heldStopsSchema,
  signStatement,
  type Envelope,
  type ExecuteRequest,
  type Plan,
  type Predicate,
  type StopOrder,
} from '@duovir/protocol';
import type { RunnerErrorCode } from '@duovir/runner';
import { chain, type Deviation } from '../permit/chain.ts';
import { besiege, forging, type Siege } from './siege.ts';

let siege: Siege;
beforeAll(async () => {
  siege = await besiege();
});
afterAll(() => siege.end());

const inStaging = (plan: Plan): Plan => ({ ...plan, environment: 'staging' });
const onVictim = (deviation: Deviation = {}): Deviation => ({ run: siege.victim, step: 'mark', ...deviation });
const attack = (deviation: Deviation = {}): Promise<ExecuteRequest> => chain(siege, onVictim(deviation));
const forged = (names: readonly string[], deviation: Deviation): Promise<ExecuteRequest> =>
  chain(forging(siege, ...names), onVictim(deviation));
/** Carried by people in place of the reviewers. */
const broken: Deviation = { plan: inStaging, reviewers: [], people: ['bob', 'carol'], breakers: ['bob', 'carol'] };
const minutes = (count: number): string => new Date(Date.now() + count * 60_000).toISOString();
const granting =
  (change: Partial<Predicate<'break-glass'>>) =>
  (grant: Predicate<'break-glass'>): Predicate<'break-glass'> => ({ ...grant, ...change });

const attacks: readonly (readonly [string, RunnerErrorCode, () => Promise<ExecuteRequest>])[] = [
  [
    'Invariant 1: the approval of a person that the server has invented',
    'approval-forged',
    () => forged(['bob'], { plan: inStaging, people: ['bob'] }),
  ],
  ['Invariant 1: the server as a person', 'approval-forged', () => attack({ plan: inStaging, people: ['server'] })],
  ['Invariant 1: no person where one is needed', 'approval-missing', () => attack({ plan: inStaging })],
  [
    'Invariant 1: the approval of another motion',
    'approval-forged',
    () => attack({ plan: inStaging, people: ['bob'], subjects: { approval: digestOf('something harmless') } }),
  ],
  ['Invariant 2: the requester approves', 'separation', () => attack({ plan: inStaging, people: ['alice'] })],
  [
    'Invariant 1: a rejection sent as an approval',
    'approval-missing',
    () => attack({ plan: inStaging, people: ['bob'], approval: (said) => ({ ...said, verdict: 'reject' }) }),
  ],
  [
    'Invariant 1: a rejection left out that the verdict counts',
    'approval-missing',
    async () => {
      const request = await attack({
        plan: inStaging,
        people: ['bob', 'carol'],
        approval: (said, name) => (name === 'carol' ? { ...said, verdict: 'reject' } : said),
      });
      return { ...request, approvals: request.approvals.slice(0, 1) };
    },
  ],
  [
    'Invariant 1: broken glass that the server has invented',
    'break-glass-forged',
    () => forged(['bob', 'carol'], { ...broken, people: [] }),
  ],
  ['Invariant 1: glass that one person has broken', 'below-quorum', () => attack({ ...broken, breakers: ['bob'] })],
  [
    'Invariant 1: glass that one person has broken twice',
    'opinion-duplicate',
    () => attack({ ...broken, breakers: ['bob', 'bob'] }),
  ],
  [
    'Invariant 1: glass that two people have broken for two emergencies',
    'break-glass-forged',
    () => attack({ ...broken, breakGlass: (grant, name) => ({ ...grant, grant: `grant-${name}` }) }),
  ],
  ['Invariant 1: broken glass, and nobody who approves', 'below-quorum', () => attack({ ...broken, people: [] })],
  [
    'Invariant 2: glass that the requester has broken with another',
    'separation',
    () => attack({ ...broken, breakers: ['alice', 'bob'], people: ['alice', 'bob'] }),
  ],
  [
    'Invariant 1: glass that was broken for longer than anybody may',
    'break-glass-forged',
    () => attack({ ...broken, breakGlass: granting({ until: minutes(600) }) }),
  ],
  [
    'Invariant 1: glass whose time is over',
    'break-glass-expired',
    () => attack({ ...broken, breakGlass: granting({ until: minutes(-1) }) }),
  ],
  [
    'Invariant 1: glass that was broken for another class',
    'break-glass-forged',
    () => attack({ ...broken, breakGlass: granting({ classes: ['R1'] }) }),
  ],
  [
    'Invariant 1: glass broken under another trust policy',
    'break-glass-forged',
    () => attack({ ...broken, subjects: { breakGlass: digestOf('another policy') } }),
  ],
  [
    'Invariant 1: broken glass that the verdict does not name',
    'break-glass-forged',
    () => attack({ ...broken, verdict: (verdict) => ({ ...verdict, breakGlass: [] }) }),
  ],
  [
    'Invariant 3: broken glass over a finding that vetoes',
    'finding-open',
    () =>
      attack({
        ...broken,
        reviewers: ['reviewer-security'],
        opinion: (opinion) => ({
          ...opinion,
          findings: [{ id: 'f-1', rule: 'security.exposure', severity: 'critical', step: null, evidenced: true }],
        }),
      }),
  ],
  [
    'Invariant 1: glass for a class that nobody may break it for',
    'below-quorum',
    () =>
      attack({
        ...broken,
        plan: (plan) => ({ ...plan, environment: 'production' }),
        breakGlass: granting({ classes: ['R3'] }),
      }),
  ],
];

test.each(attacks)('%s: %s', async (_, code, request) => {
  await siege.refused(await request(), code);
});

test('what people have approved in an emergency is done, by the same server', async () => {
  expect(await siege.execute(await attack({ ...broken, step: 'count' }))).toMatchObject({ kind: 'receipt' });
});

const salt = 'ef'.repeat(32);
const said = (name: string, kind: 'stop-lift', subject: Digest, person: string, by = siege) =>
  signStatement(by.signer(name), {
    kind,
    run: 'duovir',
    time: new Date().toISOString(),
    subject,
    predicate: { person },
  });

test('Invariant 1: a stop holds whatever the server says, and only another person lifts it', async () => {
  const reason = 'Something is wrong.';
  const statement = await signStatement(siege.signer('bob'), {
    kind: 'stop',
    run: 'duovir',
    time: new Date().toISOString(),
    subject: siege.digest,
    predicate: { person: 'bob', commitment: commitTo(salt, reason) },
  });
  const order: StopOrder = { statement, reason, salt, halt: false };
  await siege.runner.call({ path: '/v1/stop', body: order }, z.strictObject({}));
  await siege.refused(await attack(), 'stopped');

  const stop = envelopeDigest(statement);
  const lift = (envelope: Envelope) =>
    siege.runner.call({ path: '/v1/stop/lift', body: { statement: envelope } }, z.strictObject({}));
  const mine = forging(siege, 'carol');
  await expect(lift(await said('carol', 'stop-lift', stop, 'carol', { ...siege, ...mine }))).rejects.toThrow(
    'lift-forged',
  );
  await expect(lift(await said('server', 'stop-lift', stop, 'carol'))).rejects.toThrow('lift-forged');
  await expect(lift(await said('carol', 'stop-lift', stop, 'alice'))).rejects.toThrow('lift-forged');
  await expect(lift(await said('carol', 'stop-lift', digestOf('an older stop'), 'carol'))).rejects.toThrow(
    'lift-forged',
  );
  await expect(lift(await said('bob', 'stop-lift', stop, 'bob'))).rejects.toThrow('separation');
  await siege.refused(await attack(), 'stopped');

  await lift(await said('carol', 'stop-lift', stop, 'carol'));
  // The old stop again, and then its old lift: the new one stays.
  const again = await signStatement(siege.signer('bob'), {
    kind: 'stop',
    run: 'duovir',
    time: new Date(Date.now() + 1000).toISOString(),
    subject: siege.digest,
    predicate: { person: 'bob', commitment: commitTo(salt, reason) },
  });
  await siege.runner.call({ path: '/v1/stop', body: { ...order, statement: again } }, z.strictObject({}));
  await lift(await said('carol', 'stop-lift', stop, 'carol'));
  await siege.refused(await attack(), 'stopped');
  expect((await siege.runner.call({ path: '/v1/stop' }, heldStopsSchema)).stops).toHaveLength(1);
});
