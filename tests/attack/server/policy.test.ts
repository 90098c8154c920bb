import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { historyFile, signTrustPolicy } from '@duovir/principal';
import { planDigest, trustPolicyDigest, type ExecuteRequest, type TrustPolicy } from '@duovir/protocol';
import { carried } from '../permit/carried.ts';
import { chain } from '../permit/chain.ts';
import { besiege, MARKER, type Siege } from './siege.ts';

/** Under a trust policy of its own in each test: versions only ever rise. */
let siege: Siege;
let latest = 1;
beforeAll(async () => {
  siege = await besiege();
});
beforeEach(async () => {
  const policy = { ...siege.policy, version: ++latest, supersedes: null };
  siege = { ...siege, policy, digest: await siege.enforce(policy) };
});
afterAll(() => siege.end());

const hour = (from: number): string => new Date(Date.now() + from * 3_600_000).toISOString();

/** The next policy, under which what this one has decided may be carried out for an hour. */
function next(change: Partial<TrustPolicy> = {}, decidedUntil = hour(1)): TrustPolicy {
  const { policy, digest } = siege;
  return { ...policy, version: ++latest, supersedes: { digest, decidedUntil }, ...change };
}

const marking = (step = 'mark'): Promise<ExecuteRequest> => chain(siege, { run: siege.victim, step });

/** A probe of a carried plan, which the attestor asks while it trusts those who have carried it. */
async function goal(): Promise<object> {
  const grounds = await carried(siege, { run: siege.victim });
  const probes = grounds.plan.goal.successCriteria;
  return { about: 'goal', subject: planDigest(grounds.plan), probes, grounds };
}

test('Invariant 1: a trust policy that the server has signed itself', async () => {
  const [request, asked] = [await marking(), await goal()];
  await siege.enforce(next({ principals: siege.policy.principals }), siege.signer('server'));
  const event = await siege.execute(request);
  expect(event).toMatchObject({ kind: 'refusal', code: 'trust-policy-untrusted' });
  await siege.unattested(asked, 'trust-policy-untrusted');
  await siege.enforce(siege.policy);
  expect(await siege.isThere(MARKER)).toBe(false);
});

test('Invariant 1: an older trust policy put back', async () => {
  const [request, asked] = [await marking(), await goal()];
  const newer = next({ supersedes: null });
  await siege.enforce(newer);
  await siege.refused(request, 'trust-policy-stale');
  await siege.unattested(asked, 'trust-policy-stale');
  await siege.enforce(siege.policy);
  expect(await siege.execute(request)).toMatchObject({ kind: 'refusal', code: 'trust-policy-stale' });
  await siege.unattested(asked, 'trust-policy-stale');
  await siege.enforce(newer);
  expect(await siege.isThere(MARKER)).toBe(false);
});

test('Invariant 1: a trust policy in the history that the server has signed itself', async () => {
  const mallory = siege.policy.principals.map((principal) =>
    principal.role === 'planner' ? { ...principal, publicKey: siege.policy.principals[0]!.publicKey } : principal,
  );
  const own = { ...siege.policy, principals: mallory.slice(1) };
  const digest = trustPolicyDigest(own);
  const request = await chain(siege, { run: siege.victim, step: 'mark', trustPolicy: digest });
  await siege.enforce(next({ supersedes: { digest, decidedUntil: hour(1) } }));
  writeFileSync(historyFile(siege.state.trustPolicy, own.version), await signTrustPolicy(siege.signer('server'), own));
  await siege.refused(request, 'trust-policy-untrusted');
});

test('Invariant 1: what was decided is carried out under the next policy until the officer’s time is over', async () => {
  const [request, other] = [await marking(), await marking('count')];
  await siege.enforce(next({}, hour(-1)));
  await siege.refused(request, 'trust-policy-stale');
  await siege.unattested(await goal(), 'trust-policy-stale');
  await siege.enforce(next());
  expect(await siege.execute(other)).toMatchObject({ kind: 'receipt' });
  expect(await siege.attest(await goal())).toMatchObject({ outcome: 'failed' });
});

test('Invariant 1: what was decided two policies ago', async () => {
  const request = await marking();
  const digest = await siege.enforce(next());
  await siege.enforce(next({ supersedes: { digest, decidedUntil: hour(1) } }));
  await siege.refused(request, 'trust-policy-stale');
});

test('Invariant 1: a permit under the newest policy for what the one before has decided', async () => {
  const trustPolicy = await siege.enforce(next());
  const request = await chain(siege, {
    run: siege.victim,
    step: 'mark',
    permit: (permit) => ({ ...permit, trustPolicy }),
  });
  await siege.refused(request, 'trust-policy-stale');
});

const all = (policy: TrustPolicy, name: string, change: object | null): TrustPolicy['principals'] =>
  policy.principals.flatMap((principal) =>
    principal.name !== name ? [principal] : change === null ? [] : [{ ...principal, ...change }],
  );

test.each<[string, string, object | null]>([
  ['a planner who was put out', 'planner', null],
  ['a reviewer who was put out', 'reviewer-security', null],
  ['a reviewer in another group now', 'reviewer-security', { group: 'reliability-rules' }],
  ['a reviewer who is a planner now', 'reviewer-security', { role: 'planner' }],
  ['a requester who was put out', 'alice', null],
  ['an approver who was put out', 'bob', null],
])('Invariant 2: what was decided with the voice of %s', async (_, name, change) => {
  const request = await chain(siege, {
    run: siege.victim,
    step: 'mark',
    plan: (plan) => ({ ...plan, environment: 'staging' }),
    people: ['bob'],
  });
  await siege.enforce(next({ principals: all(siege.policy, name, change) }));
  await siege.refused(request, 'principal-revoked');
});

test('Invariant 2: what was decided with a key that was taken away since', async () => {
  const request = await marking();
  const [, planner] = siege.policy.principals;
  const publicKey = Buffer.alloc(32, 7).toString('base64');
  await siege.enforce(next({ principals: all(siege.policy, planner!.name, { publicKey }) }));
  await siege.refused(request, 'principal-revoked');
});

test('Invariant 1: a permit of a server that was put out', async () => {
  const request = await marking();
  const publicKey = Buffer.alloc(32, 9).toString('base64');
  await siege.enforce(next({ principals: all(siege.policy, 'server', { publicKey }) }));
  await siege.refused(request, 'permit-forged');
});
