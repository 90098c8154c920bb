import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSigner } from '@duovir/principal';
import {
  commitTo,
  digestOf,
  envelopeDigest,
  runRequestSchema,
  signIntent,
  signStatement,
  trustPolicyDigest,
  type Digest,
  type EntryKind,
  type Envelope,
  type Predicate,
  type RunRequest,
  type Signer,
} from '@duovir/protocol';
import { newRunId } from '@duovir/sdk';
import { startSigned } from '../../signed-run.ts';
import { House } from '../house.ts';
import { refusal } from './refusal.ts';

const GOAL = 'Put nginx in front of two upstreams.';

let house: House;
let trustPolicy: Digest;
/** Two motions of the operator's that wait for people, and one of the deputy's, who may approve what others ask for. */
let waiting: Waiting;
let other: Waiting;
let own: Waiting;
beforeAll(async () => {
  house = await House.open({
    change: (policy) => ({
      ...policy,
      principals: policy.principals.map((principal) =>
        principal.name === 'deputy' ? { ...principal, roles: ['approver', 'operator'] } : principal,
      ),
    }),
  });
  trustPolicy = trustPolicyDigest(house.policy);
  [waiting, other, own] = await Promise.all([referred(), referred(), referred({}, 'deputy')]);
}, 120_000);
afterAll(() => house.close());

interface Waiting {
  readonly run: string;
  readonly motion: Digest;
}

async function referred(wishes: Partial<RunRequest> = {}, requester = 'operator'): Promise<Waiting> {
  const wanted = { goal: GOAL, target: 'sandbox', environment: 'staging', ...wishes } as const;
  const { id: run } = await startSigned(house.state.root, house.client(requester), wanted, requester);
  const last = (await house.events(run, 'approval-wait')).at(-1);
  if (last?.type !== 'approval-wait') throw new Error(JSON.stringify(last));
  // Whom it waits for can be asked from here on.
  while (!(await house.client('approver').approvals()).some((waits) => waits.run === run)) await pause(50);
  return { run, motion: last.body.motion };
}

const person = (name: string): Signer => loadSigner(house.state.person(name), name);
const server = (): Signer => loadSigner(house.state.principal('server'), 'server');
/** The server's key under the key id of a person. */
const posing = (name: string): Signer => ({ ...server(), principal: name, keyId: person(name).keyId });

function approval(
  by: Signer,
  { run, motion }: Waiting,
  predicate: Partial<Predicate<'approval'>> = {},
): Promise<Envelope> {
  const time = new Date().toISOString();
  const said = { verdict: 'approve', trustPolicy, ...predicate } as const;
  return signStatement(by, { kind: 'approval', run, time, subject: motion, predicate: said });
}

/** Nobody's word is in the ledger, and nothing is permitted. */
async function untouched({ run }: Waiting, approvals = 0): Promise<void> {
  const kinds = (await house.entries(run)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'approval')).toHaveLength(approvals);
  for (const kind of ['permit', 'receipt'] satisfies EntryKind[]) expect(kinds).not.toContain(kind);
  expect(await house.hasSandbox(run)).toBe(false);
}

type Giving = () => Promise<{
  readonly as: string;
  readonly to?: Waiting;
  readonly motion?: Digest;
  approval: Envelope;
}>;

const approving: readonly (readonly [string, string, Giving])[] = [
  [
    'Invariant 2: who may approve, and does so with what he has requested himself',
    'separation',
    async () => ({ as: 'deputy', to: own, approval: await approval(person('deputy'), own) }),
  ],
  [
    'Invariant 2: somebody else signs, and the requester hands it in',
    'separation',
    async () => ({ as: 'deputy', to: own, approval: await approval(person('approver'), own) }),
  ],
  [
    'Invariant 2: a person without the role',
    'forbidden',
    async () => ({ as: 'operator', to: own, approval: await approval(person('operator'), own) }),
  ],
  [
    'Invariant 1: the approval of one person in the name of another',
    'approval-foreign',
    async () => ({ as: 'approver', approval: await approval(person('deputy'), waiting) }),
  ],
  [
    'Invariant 1: an approval that the server has invented',
    'approval-invalid',
    async () => ({ as: 'approver', approval: await approval(posing('approver'), waiting) }),
  ],
  [
    'Invariant 1: an approval with the verdict exchanged',
    'approval-invalid',
    async () => {
      const rejection = await approval(person('approver'), waiting, { verdict: 'reject' });
      const { payload } = await approval(posing('approver'), waiting);
      return { as: 'approver', approval: { ...rejection, payload } };
    },
  ],
  [
    'Invariant 1: the approval of another motion',
    'approval-invalid',
    async () => ({ as: 'approver', approval: await approval(person('approver'), other) }),
  ],
  [
    'Invariant 1: the approval of this motion in another run',
    'approval-invalid',
    async () => ({
      as: 'approver',
      approval: await approval(person('approver'), { run: other.run, motion: waiting.motion }),
    }),
  ],
  [
    'Invariant 1: an approval handed in for the motion of another run',
    'motion-not-waiting',
    async () => ({
      as: 'approver',
      motion: other.motion,
      approval: await approval(person('approver'), { run: waiting.run, motion: other.motion }),
    }),
  ],
  [
    'Invariant 1: an approval under another trust policy',
    'approval-invalid',
    async () => ({
      as: 'approver',
      approval: await approval(person('approver'), waiting, { trustPolicy: digestOf('the policy before') }),
    }),
  ],
  [
    'Invariant 1: a statement of another kind as an approval',
    'approval-invalid',
    async () => ({
      as: 'approver',
      approval: await signStatement(person('approver'), {
        kind: 'stop-lift',
        run: waiting.run,
        time: new Date().toISOString(),
        subject: waiting.motion,
        predicate: { person: 'approver' },
      }),
    }),
  ],
  [
    'Invariant 1: an approval of another payload type',
    'request-invalid',
    async () => {
      const given = await approval(person('approver'), waiting);
      return { as: 'approver', approval: { ...given, payloadType: 'application/json' as never } };
    },
  ],
  [
    'Invariant 2: an approver whose name only looks like one',
    'approval-foreign',
    async () => {
      const given = await approval(person('approver'), waiting);
      const [{ sig }] = given.signatures;
      const keyid = person('approver').keyId.replace('a', '\u0430');
      return { as: 'approver', approval: { ...given, signatures: [{ keyid, sig }] } };
    },
  ],
];

test.each(approving)('%s: %s', async (_, code, give) => {
  const { as, to = waiting, motion = to.motion, approval: given } = await give();
  const decided = house.client(as).decide(to.run, { motion, approval: given });
  expect(await refusal(decided)).toBe(code);
  await untouched(to);
});

test('Invariant 2: one of two people says it twice, with two signatures', async () => {
  const twice = await referred({ environment: 'production', dataClass: 'cardholder' });
  const client = house.client('approver');
  for (const time of ['first', 'second'])
    expect([
      time,
      (await client.decide(twice.run, { motion: twice.motion, approval: await approval(person('approver'), twice) }))
        .state.kind,
    ]).toEqual([time, 'waiting']);
  await untouched(twice, 1);
  const [view] = (await client.approvals()).filter(({ run }) => run === twice.run);
  expect(view).toMatchObject({ needed: 2, given: [{ person: 'approver' }] });
});

test('Invariant 1: a cancelled run that is approved afterwards', async () => {
  const cancelled = await referred();
  await house.client().cancel(cancelled.run);
  await house.events(cancelled.run);
  const given = { motion: cancelled.motion, approval: await approval(person('approver'), cancelled) };
  expect(await refusal(house.client('approver').decide(cancelled.run, given))).toBe('run-settled');
  await untouched(cancelled);
  expect((await house.entries(cancelled.run)).map(({ kind }) => kind)).toContain('cancellation');
});

test('Invariant 1: a rejection that is taken back', async () => {
  const rejected = await referred();
  const client = house.client('approver');
  const no = await approval(person('approver'), rejected, { verdict: 'reject' });
  await client.decide(rejected.run, { motion: rejected.motion, approval: no });
  expect((await house.events(rejected.run)).at(-1)).toMatchObject({ body: { reason: 'verdict.person-rejected' } });
  const yes = await approval(person('deputy'), rejected);
  expect(await refusal(house.client('deputy').decide(rejected.run, { motion: rejected.motion, approval: yes }))).toBe(
    'run-settled',
  );
  await untouched(rejected, 1);
});

interface Asking {
  readonly by?: Signer;
  readonly signed?: Partial<{ run: string; requester: string; request: RunRequest; trustPolicy: Digest; time: string }>;
  readonly as?: string;
  readonly asked?: Partial<RunRequest>;
  readonly unsigned?: boolean;
}

const wanted = runRequestSchema.parse({ goal: GOAL, target: 'sandbox' });
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

const asking: readonly (readonly [string, string, () => Asking])[] = [
  ['that nobody has signed', 'request-unsigned', () => ({ unsigned: true })],
  ['that the server has signed', 'statement-invalid', () => ({ by: posing('operator') })],
  ['that somebody else has signed', 'statement-foreign', () => ({ by: person('approver') })],
  ['in the name of somebody else', 'statement-invalid', () => ({ signed: { requester: 'approver' } })],
  ['for another run', 'statement-invalid', () => ({ signed: { run: newRunId() } })],
  ['for something harmless', 'statement-invalid', () => ({ signed: { request: { ...wanted, goal: 'Say hello.' } } })],
  ['for another environment', 'statement-invalid', () => ({ asked: { environment: 'production' } })],
  ['for other data', 'statement-invalid', () => ({ asked: { dataClass: 'public' } })],
  ['under another trust policy', 'statement-invalid', () => ({ signed: { trustPolicy: digestOf('before') } })],
  ['of long ago', 'statement-invalid', () => ({ signed: { time: hoursAgo(2) } })],
  ['of a clock that is far ahead', 'statement-invalid', () => ({ signed: { time: hoursAgo(-2) } })],
];

test.each(asking)('Invariant 1: a request %s: %s', async (_, code, attack) => {
  const { by = person('operator'), signed = {}, as = 'operator', asked = {}, unsigned } = attack();
  const run = newRunId();
  const document = { run, requester: 'operator', request: wanted, ...signed };
  const time = signed.time ?? new Date().toISOString();
  const statement = await signIntent(by, document, { trustPolicy: signed.trustPolicy ?? trustPolicy, time });
  const request = { ...wanted, ...asked, ...(unsigned ? {} : { intent: { run, statement } }) };
  expect(await refusal(house.client(as).startRun(request))).toBe(code);
  expect(await refusal(house.client().run(run))).toBe('run-unknown');
  expect(await house.entries(run)).toEqual([]);
});

test('Invariant 1: one signed request that is to start two runs', async () => {
  const run = newRunId();
  const time = new Date().toISOString();
  const statement = await signIntent(
    person('operator'),
    { run, requester: 'operator', request: wanted },
    { trustPolicy, time },
  );
  const asked = { ...wanted, environment: 'staging' as const };
  expect(await refusal(house.client().startRun({ ...asked, intent: { run, statement } }))).toBe('statement-invalid');
  const first = await house.client().startRun({ ...wanted, intent: { run, statement } });
  const again = await refusal(house.client().startRun({ ...wanted, intent: { run, statement } }));
  expect([first.id, again]).toEqual([run, 'run-taken']);
  expect((await house.entries(run)).filter(({ kind }) => kind === 'request').length).toBeLessThanOrEqual(1);
  await house.client().cancel(run);
});

test('Invariant 2: a stop that is lifted by who has stopped, in his own name and in another', async () => {
  const reason = 'Something is wrong.';
  const salt = 'ab'.repeat(32);
  const said = <Kind extends 'stop' | 'stop-lift'>(
    by: Signer,
    kind: Kind,
    subject: Digest,
    predicate: Predicate<Kind>,
  ) => signStatement(by, { kind, run: 'duovir', time: new Date().toISOString(), subject, predicate });
  const commitment = commitTo(salt, reason);
  const statement = await said(person('deputy'), 'stop', trustPolicy, { person: 'deputy', commitment });
  await house.client('deputy').stop({ reason, signed: { statement, salt } });
  const stop = envelopeDigest(statement);
  const lift = async (as: string, by: Signer, name: string): Promise<string> =>
    refusal(house.client(as).liftStop({ statement: await said(by, 'stop-lift', stop, { person: name }) }));
  expect(await lift('deputy', person('deputy'), 'deputy')).toBe('separation');
  expect(await lift('approver', posing('approver'), 'approver')).toBe('statement-invalid');
  expect(await lift('approver', person('deputy'), 'deputy')).toBe('statement-foreign');
  expect((await house.client().stops()).stops).toHaveLength(1);

  // What people approve meanwhile is carried, and nothing of it begins.
  await house.client('approver').decide(other.run, {
    motion: other.motion,
    approval: await approval(person('approver'), other),
  });
  const [held] = (await house.events(other.run, 'stop-wait')).slice(-1);
  expect(held?.type).toBe('stop-wait');
  await untouched(other, 1);
});
