import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  digestOf,
  executionEventSchema,
  openStatement,
  parseCanonicalJson,
  type Envelope,
  type ExecuteRequest,
  type ExecutionEvent,
  type Plan,
} from '@duovir/protocol';
import { Runner, runnerFiles, type RunnerErrorCode } from '@duovir/runner';
import { chain, type Deviation } from './chain.ts';
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

async function lastEvent(request: ExecuteRequest, by = runner): Promise<ExecutionEvent> {
  const text = await new Response((await by.execute(request)).lines()).text();
  const lines = text.trim().split('\n');
  return executionEventSchema.parse(JSON.parse(lines.at(-1) ?? ''));
}

/** Refused for exactly this reason, in a signed statement, and nothing was executed: no use, no sandbox. */
async function expectRefusal(request: ExecuteRequest, code: RunnerErrorCode): Promise<void> {
  const used = usedPermits();
  const event = await lastEvent(request);
  expect(event).toMatchObject({ kind: 'refusal', code });
  if (event.kind !== 'refusal') return;
  expect(event.remedy).not.toBe('');
  const self = installation.policy.principals.find(({ name }) => name === 'runner');
  if (!self) throw new RangeError('the runner is not enrolled');
  expect(openStatement(event.refusal, 'refusal', self).predicate.code).toBe(code);
  expect(usedPermits()).toEqual(used);
  expect(runner.sandbox(request.plan.run)).toBeUndefined();
}

function usedPermits(): string[] {
  const folder = runnerFiles(installation.state).usedPermits;
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}

test('Invariant 1, permit: one with everything it needs is executed, and once only', async () => {
  const request = await chain(installation);
  expect(await lastEvent(request)).toMatchObject({ kind: 'receipt', sandbox: { generation: 1 } });
  expect(runner.sandbox(request.plan.run)).toMatchObject({ run: request.plan.run, generation: 1 });
  expect(await lastEvent(request)).toMatchObject({ kind: 'refusal', code: 'permit-used' });
});

const carriedBy =
  (people: number) =>
  (plan: Plan): Plan => ({
    ...plan,
    environment: people === 1 ? ('staging' as const) : ('production' as const),
  });
const other = digestOf('something else');
const past = new Date(Date.now() - 3_600_000);
const future = new Date(Date.now() + 3_600_000);

/** Whole chains, each signed and logged, in which one thing is wrong. */
const wrong: readonly (readonly [string, RunnerErrorCode, Deviation])[] = [
  ['minted by somebody who is no server', 'permit-forged', { mint: 'planner' }],
  ['with the ledger proof of another entry', 'permit-not-in-ledger', { logged: false }],
  ['whose checkpoint no witness has cosigned', 'ledger-proof-invalid', { cosigned: false }],
  ['that has expired', 'permit-expired', { now: past }],
  ['of the future', 'permit-not-yet-valid', { now: future }],
  [
    'that lives longer than its class allows',
    'permit-lifetime',
    { permit: (permit) => ({ ...permit, expiresAt: new Date(Date.now() + 900_000).toISOString() }) },
  ],
  ['for other bytes', 'bytes-differ', { subjects: { permit: other } }],
  ['for a step the plan does not have', 'bytes-differ', { step: 'absent' }],
  ['for undoing what cannot be undone', 'bytes-differ', { step: 'count', purpose: 'compensate' }],
  ['that names another motion', 'verdict-missing', { permit: (permit) => ({ ...permit, motion: other }) }],
  ['that names another verdict', 'verdict-missing', { permit: (permit) => ({ ...permit, verdict: other }) }],
  ['for a sandbox generation that is not', 'fence-stale', { step: 'count' }],
  ['for no generation', 'fence-stale', { fence: 0 }],
  ['whose plan a reviewer wrote', 'plan-forged', { planner: 'reviewer-twin' }],
  ['whose planner stated another plan', 'plan-forged', { subjects: { plan: other } }],
  ['whose heal was written by the planner', 'plan-forged', { motion: (motion) => ({ ...motion, kind: 'heal' }) }],
  ['whose motion is another plan', 'motion-forged', { subjects: { motion: other } }],
  ['whose motion is another revision', 'motion-forged', { motion: (motion) => ({ ...motion, revision: 2 }) }],
  ['whose motion a planner froze', 'motion-forged', { tally: 'planner' }],
  ['whose class was understated', 'risk-class-differs', { motion: (motion) => ({ ...motion, riskClass: 'R0' }) }],
  ['whose class was overstated', 'risk-class-differs', { verdict: (verdict) => ({ ...verdict, riskClass: 'R2' }) }],
  ['of a motion that was rejected', 'verdict-missing', { verdict: (verdict) => ({ ...verdict, verdict: 'rejected' }) }],
  [
    'of a motion still before people',
    'verdict-missing',
    { verdict: (verdict) => ({ ...verdict, verdict: 'referred' }) },
  ],
  ['whose verdict is on another plan', 'verdict-missing', { subjects: { verdict: other } }],
  ['with one opinion too few', 'below-quorum', { reviewers: ['reviewer-security'] }],
  ['without any opinion', 'below-quorum', { reviewers: [] }],
  [
    'with an opinion that abstains',
    'below-quorum',
    { opinion: (opinion, name) => ({ ...opinion, verdict: name === 'reviewer-security' ? 'abstain' : 'approve' }) },
  ],
  [
    'with the same reviewer twice',
    'opinion-duplicate',
    { reviewers: ['reviewer-security', 'reviewer-security', 'reviewer-reliability'] },
  ],
  ['with two reviewers of one group', 'group-duplicate', { reviewers: ['reviewer-security', 'reviewer-twin'] }],
  ['approved by its proposer', 'separation', { reviewers: ['reviewer-security', 'planner'] }],
  ['approved by its requester', 'separation', { requester: 'reviewer-security' }],
  ['with the opinion of a person', 'opinion-forged', { reviewers: ['reviewer-security', 'bob'] }],
  ['with an opinion on another motion', 'opinion-foreign', { subjects: { opinion: other } }],
  ['with opinions on other evidence', 'opinion-foreign', { opinion: (opinion) => ({ ...opinion, evidence: other }) }],
  [
    'with opinions of two rounds',
    'opinion-foreign',
    { opinion: (opinion, name) => ({ ...opinion, round: name === 'reviewer-security' ? 1 : 2 }) },
  ],
  [
    'with an opinion the verdict does not count',
    'opinion-foreign',
    { verdict: (verdict) => ({ ...verdict, opinions: verdict.opinions.slice(1) }) },
  ],
  [
    'with a critical finding',
    'finding-open',
    {
      reviewers: ['reviewer-security', 'reviewer-reliability', 'reviewer-twin'],
      opinion: (opinion, name) =>
        name === 'reviewer-twin'
          ? {
              ...opinion,
              findings: [{ id: 'f-1', rule: 'exposure', severity: 'critical', step: null, evidenced: true }],
            }
          : opinion,
    },
  ],
  [
    'on which the reviewers disagree and no person has spoken',
    'approval-missing',
    {
      reviewers: ['reviewer-security', 'reviewer-reliability', 'reviewer-twin'],
      opinion: (opinion, name) => ({ ...opinion, verdict: name === 'reviewer-twin' ? 'reject' : 'approve' }),
    },
  ],
  ['without the person its class asks for', 'approval-missing', { plan: carriedBy(1) }],
  ['with one person of two', 'approval-missing', { plan: carriedBy(2), people: ['bob'] }],
  ['approved by the person who asked', 'separation', { plan: carriedBy(1), people: ['alice'] }],
  ['approved twice by one person', 'opinion-duplicate', { plan: carriedBy(2), people: ['bob', 'bob'] }],
  ['approved by a reviewer in place of a person', 'approval-forged', { plan: carriedBy(1), people: ['reviewer-twin'] }],
  [
    'approved for another motion',
    'approval-forged',
    { plan: carriedBy(1), people: ['bob'], subjects: { approval: other } },
  ],
  [
    'that a person has rejected',
    'approval-missing',
    { plan: carriedBy(1), people: ['bob'], approval: (approval) => ({ ...approval, verdict: 'reject' }) },
  ],
  ['under another trust policy', 'trust-policy-stale', { trustPolicy: other }],
  [
    'with one opinion under another trust policy',
    'trust-policy-stale',
    { opinion: (opinion, name) => (name === 'reviewer-security' ? { ...opinion, trustPolicy: other } : opinion) },
  ],
  [
    'whose target is another run',
    'permit-foreign-run',
    { plan: (plan) => ({ ...plan, target: { kind: 'sandbox', id: newRunId() } }) },
  ],
  [
    'that invokes an envelope for a plan',
    'envelope-exceeded',
    { motion: (motion) => ({ ...motion, envelope: 'database-port' }) },
  ],
  [
    'of the forbidden class',
    'risk-class-forbidden',
    {
      plan: (plan) => ({
        ...plan,
        steps: plan.steps.map((step) =>
          step.id === 'mark'
            ? {
                ...step,
                call: { action: 'file.write@1' as const, with: { path: '/etc/shadow', content: '', mode: '0600' } },
              }
            : step,
        ),
      }),
    },
  ],
];

test.each(wrong)('Invariant 1, permit: one %s is refused: %s', async (_, code, deviation) => {
  await expectRefusal(await chain(installation, deviation), code);
});

test('people can carry what their class asks them for', async () => {
  const request = await chain(installation, { plan: carriedBy(1), people: ['bob'] });
  expect(await lastEvent(request)).toMatchObject({ kind: 'receipt' });
});

/** Changes a signed document after it was signed. */
function forge(envelope: Envelope): Envelope {
  const payload = Buffer.from(envelope.payload, 'base64').toString();
  const statement = parseCanonicalJson(payload) as { predicate: { time: string } };
  statement.predicate.time = '2020-01-01T00:00:00.000Z';
  return { ...envelope, payload: Buffer.from(JSON.stringify(statement)).toString('base64') };
}

const documents: readonly (readonly [keyof ExecuteRequest, RunnerErrorCode])[] = [
  ['permit', 'permit-forged'],
  ['planStatement', 'plan-forged'],
  ['motion', 'motion-forged'],
  ['verdict', 'verdict-forged'],
];

test.each(documents)('Invariant 4, exact bytes: a changed %s is refused: %s', async (name, code) => {
  const request = await chain(installation);
  await expectRefusal({ ...request, [name]: forge(request[name] as Envelope) }, code);
});

test('Invariant 4, exact bytes: a changed opinion or approval is refused', async () => {
  const request = await chain(installation, { plan: carriedBy(1), people: ['bob'] });
  const opinions = request.opinions.map((opinion, position) => (position === 1 ? forge(opinion) : opinion));
  await expectRefusal({ ...request, opinions }, 'opinion-forged');
  await expectRefusal({ ...request, approvals: request.approvals.map(forge) }, 'approval-forged');
});

test('Invariant 1, permit: an opinion that the verdict counts and nobody sends is missed', async () => {
  const request = await chain(installation);
  await expectRefusal({ ...request, opinions: request.opinions.slice(1) }, 'opinion-missing');
});

test('Invariant 4, exact bytes: no changed byte of the plan survives', async () => {
  const request = await chain(installation);
  const steps = request.plan.steps.map((step) => ({ ...step, title: `${step.title} ` }));
  await expectRefusal({ ...request, plan: { ...request.plan, steps } }, 'plan-forged');
});

test('Invariant 1, permit: the documents of one run do not carry the permit of another', async () => {
  const [one, another] = [await chain(installation), await chain(installation)];
  await expectRefusal({ ...one, permit: another.permit, proof: another.proof }, 'permit-foreign-run');
  await expectRefusal({ ...one, request: another.request }, 'permit-foreign-run');
  await expectRefusal({ ...one, proof: another.proof }, 'permit-not-in-ledger');
});

test('Invariant 1, permit: of many executions of one at the same time, one runs', async () => {
  const request = await chain(installation);
  const kinds = (await Promise.all(Array.from({ length: 8 }, () => lastEvent(request)))).map((event) =>
    event.kind === 'refusal' ? event.code : event.kind,
  );
  expect(kinds.toSorted()).toEqual([...Array.from({ length: 7 }, () => 'permit-used'), 'receipt']);
});

test('Invariant 11, once: a permit for an earlier generation of the sandbox is stale', async () => {
  const run = newRunId();
  for (const fence of [1, 2])
    expect(await lastEvent(await chain(installation, { run, fence }))).toMatchObject({ kind: 'receipt' });
  const late = await lastEvent(await chain(installation, { run, step: 'count', fence: 1 }));
  expect(late).toMatchObject({ kind: 'refusal', code: 'fence-stale' });
  const again = await lastEvent(await chain(installation, { run, fence: 2 }));
  expect(again).toMatchObject({ kind: 'refusal', code: 'fence-stale' });
});
