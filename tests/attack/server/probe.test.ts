import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  canonicalJson,
  commitTo,
  digestOf,
  planDigest,
  probeSchema,
  signStatement,
  type Diagnosis,
  type Envelope,
  type Grounds,
  type OpinionDetail,
  type Plan,
  type Probe,
} from '@duovir/protocol';
import type { RunnerErrorCode } from '@duovir/runner';
import { carried, detailSalt, type CarriedDeviation } from '../permit/carried.ts';
import { newRunId } from '../permit/plan.fixture.ts';
import { besiege, forging, slowProbe, watched, type Siege } from './siege.ts';

let siege: Siege;
beforeAll(async () => {
  siege = await besiege();
});
afterAll(() => siege.end());

const grounds = (deviation: CarriedDeviation = {}): Promise<Grounds> =>
  carried(siege, { run: siege.victim, ...deviation });
/** Whoever gets this carried may have it asked. */
const asking = (plan: Plan): Plan => ({ ...plan, goal: { ...plan.goal, successCriteria: [slowProbe] } });
const about = (plan: Plan) => ({ subject: planDigest(plan), about: 'goal', probes: plan.goal.successCriteria });
const file = probeSchema.parse({
  id: 'file',
  action: 'file.probe@1',
  with: { path: '/workspace/marker' },
  expect: { exists: false },
});
const http = probeSchema.parse({
  id: 'http',
  action: 'http.probe@1',
  with: { url: 'http://127.0.0.1:7001/' },
  expect: {},
});
const command = (...argv: string[]): Probe =>
  probeSchema.parse({ id: 'command', action: 'command.probe@1', with: { argv }, expect: {} });

const salt = 'ab'.repeat(32);
const diagnosis = (confirm: Probe[]): Diagnosis => ({
  class: 'deterministic',
  signature: 'net.port-in-use',
  title: 'The port is taken',
  explanation: 'Somebody else listens there.',
  captures: {},
  evidence: [],
  decision: 'patch',
  confirm,
});

interface Diagnosing {
  readonly signer?: string;
  readonly step?: string;
  readonly by?: Pick<Siege, 'signer'>;
}

async function confirming(
  confirm: Probe[],
  { signer = 'healer', step = 'mark', by = siege }: Diagnosing = {},
): Promise<{ kind: 'diagnosis'; statement: Envelope; diagnosis: Diagnosis; salt: string }> {
  const words = diagnosis(confirm);
  const statement = await signStatement(by.signer(signer), {
    kind: 'diagnosis',
    run: siege.victim,
    time: new Date().toISOString(),
    subject: digestOf('receipt'),
    predicate: {
      step,
      attempt: 1,
      class: words.class,
      signature: words.signature,
      decision: words.decision,
      commitment: commitTo(salt, canonicalJson(words)),
      brain: 'playbook',
      tokens: 0,
      calls: [],
    },
  });
  return { kind: 'diagnosis', statement, diagnosis: words, salt };
}

const detail = (probe: Probe): OpinionDetail => ({
  rationale: 'It should be looked at.',
  findings: [
    {
      id: 'f-1',
      rule: 'reliability.state',
      severity: 'medium',
      step: null,
      claim: 'There is something already.',
      evidence: [],
      check: { means: 'probe', probe },
    },
  ],
});

/** An opinion with a finding that is tested by the probe. */
async function finding(probe: Probe, by: Siege | ReturnType<typeof forging> = siege, words = detail(probe)) {
  const { opinions, plan } = await carried(by, { run: siege.victim, detail: detail(probe) });
  const author = { kind: 'finding', opinion: opinions[0], detail: words, salt: detailSalt };
  return { about: 'finding', subject: planDigest(plan), probes: [probe], author };
}

async function confirmation(author: Awaited<ReturnType<typeof confirming>>, probes = author.diagnosis.confirm) {
  const held = await grounds();
  const subject = planDigest(held.plan);
  return { about: 'confirmation', step: 'mark', subject, probes, grounds: held, author };
}

const attacks: readonly (readonly [string, RunnerErrorCode, () => Promise<object>])[] = [
  ['a program of its own', 'grounds-missing', async () => ({ probes: [slowProbe] })],
  [
    'a program of its own, as the goal of a plan',
    'grounds-missing',
    async () => ({ about: 'goal', probes: [slowProbe] }),
  ],
  ['an address of its own', 'grounds-missing', async () => ({ probes: [http] })],
  ['a program beside what may be looked at', 'grounds-missing', async () => ({ probes: [file, slowProbe] })],
  [
    'a program in a plan that the server has invented',
    'plan-forged',
    async () => {
      const held = await carried(forging(siege, 'planner'), { run: siege.victim, plan: asking });
      return { ...about(held.plan), grounds: held };
    },
  ],
  [
    'a program in a plan that nobody has voted on',
    'opinion-forged',
    async () => {
      const reviewers = ['reviewer-security', 'reviewer-reliability'];
      const held = await carried(forging(siege, ...reviewers), { run: siege.victim, plan: asking });
      return { ...about(held.plan), grounds: held };
    },
  ],
  [
    'a program in a plan that nobody has asked for',
    'intent-missing',
    async () => {
      const held = await grounds({ plan: asking, intentBy: null });
      return { ...about(held.plan), grounds: held };
    },
  ],
  [
    'a program in a plan that was not carried',
    'verdict-missing',
    async () => {
      const held = await grounds({ plan: asking, verdict: (verdict) => ({ ...verdict, verdict: 'rejected' }) });
      return { ...about(held.plan), grounds: held };
    },
  ],
  [
    'a program in a heal of what was never carried out',
    'heal-unfounded',
    async () => {
      const held = await grounds({
        plan: (plan) => asking({ ...plan, revision: 2 }),
        planner: 'healer',
        motion: (motion) => ({ ...motion, kind: 'heal', envelope: 'database-port', previous: digestOf('nothing') }),
      });
      return { ...about(held.plan), grounds: held };
    },
  ],
  [
    'a program of its own under the name of a carried plan',
    'probe-foreign',
    async () => {
      const held = await grounds();
      return { ...about(held.plan), grounds: held, probes: [slowProbe] };
    },
  ],
  [
    'a program of its own beside those of a carried plan',
    'probe-foreign',
    async () => {
      const held = await grounds();
      return { ...about(held.plan), grounds: held, probes: [...held.plan.goal.successCriteria, slowProbe] };
    },
  ],
  [
    'a program of its own as a look at the target of a carried plan',
    'probe-foreign',
    async () => ({ grounds: await grounds(), probes: [slowProbe] }),
  ],
  [
    'a step whose probes are left out',
    'probe-foreign',
    async () => {
      const held = await grounds();
      return { about: 'step', step: 'mark', subject: planDigest(held.plan), grounds: held, probes: [] };
    },
  ],
  [
    'a step with the probes of another',
    'probe-foreign',
    async () => {
      const held = await grounds();
      const probes = held.plan.steps.find(({ id }) => id === 'count')?.verify;
      return { about: 'step', step: 'mark', subject: planDigest(held.plan), grounds: held, probes };
    },
  ],
  [
    'a goal with a kinder expectation',
    'probe-foreign',
    async () => {
      const held = await grounds();
      return { ...about(held.plan), grounds: held, probes: [{ ...file, id: 'marker' }] };
    },
  ],
  [
    'a probe that waits for ever',
    'probe-foreign',
    async () => {
      const held = await grounds();
      const probes = held.plan.goal.successCriteria.map((probe) => ({ ...probe, deadlineMs: 600_000 }));
      return { ...about(held.plan), grounds: held, probes };
    },
  ],
  [
    'an attestation about one plan with the probes of another',
    'probe-foreign',
    async () => {
      const held = await grounds();
      return { ...about(held.plan), grounds: held, subject: digestOf('another plan') };
    },
  ],
  ['an attestation without the plan it is about', 'grounds-missing', async () => ({ about: 'goal', probes: [] })],
  [
    'the grounds of another run',
    'permit-foreign-run',
    async () => {
      const held = await carried(siege, { run: newRunId(), plan: asking });
      return { ...about(held.plan), grounds: held };
    },
  ],
  ['a probe with a baseline', 'probe-foreign', async () => ({ about: 'baseline', probes: [file] })],
  [
    'a diagnosis that the server has invented',
    'diagnosis-forged',
    async () => confirmation(await confirming([slowProbe], { by: forging(siege, 'healer') })),
  ],
  [
    'a diagnosis of the server itself',
    'diagnosis-forged',
    async () => confirmation(await confirming([slowProbe], { signer: 'server' })),
  ],
  [
    'a diagnosis with a program put in',
    'diagnosis-forged',
    async () => {
      const author = await confirming([file]);
      return confirmation({ ...author, diagnosis: diagnosis([slowProbe]) });
    },
  ],
  [
    'a program under the name of a diagnosis',
    'probe-foreign',
    async () => confirmation(await confirming([file]), [slowProbe]),
  ],
  [
    'a diagnosis of another step',
    'diagnosis-forged',
    async () => confirmation(await confirming([slowProbe], { step: 'count' })),
  ],
  [
    'a diagnosis without a carried plan',
    'grounds-missing',
    async () => ({ ...(await confirmation(await confirming([slowProbe]))), grounds: null }),
  ],
  [
    'a confirmation without a diagnosis',
    'probe-foreign',
    async () => ({ ...(await confirmation(await confirming([slowProbe]))), author: null }),
  ],
  [
    'a healer that has the attestor change something',
    'floor-denied',
    async () => confirmation(await confirming([command('/usr/bin/touch', '/workspace/marker')])),
  ],
  [
    'a healer that has the attestor ask the machine’s cloud',
    'floor-denied',
    async () => confirmation(await confirming([command('/usr/bin/curl', ['http://169.254', '169.254/'].join('.'))])),
  ],
  [
    'a finding that the server has invented',
    'opinion-forged',
    async () => finding(file, forging(siege, 'reviewer-security', 'reviewer-reliability')),
  ],
  [
    'a finding with another test put in',
    'opinion-forged',
    async () => {
      const asked = await finding(file);
      return { ...asked, author: { ...asked.author, detail: detail({ ...file, id: 'other' }) } };
    },
  ],
  [
    'a test that stands in no finding',
    'probe-foreign',
    async () => ({ ...(await finding(file)), probes: [{ ...file, with: { path: '/workspace/secret' } }] }),
  ],
  [
    'a finding about another motion',
    'opinion-foreign',
    async () => ({ ...(await finding(file)), subject: digestOf('another plan') }),
  ],
  ['a reviewer’s program before anything is carried', 'grounds-missing', async () => finding(slowProbe)],
  [
    'a value put into the probes of a carried plan',
    'probe-foreign',
    async () => {
      const held = await grounds();
      const placeholder = 'ZQX_SECRET_1_0A1B2C3D';
      const bound = { placeholder, kind: 'secret', commitment: commitTo(salt, 'anything') };
      return {
        ...about(held.plan),
        grounds: held,
        placeholders: [bound],
        restorations: [{ placeholder, value: 'anything', salt }],
      };
    },
  ],
];

test.each(attacks)('Invariant 10: the attestor is not to run %s: %s', async (_, code, request) => {
  await siege.unattested(await request(), code);
});

test('what was agreed is looked at, for the same server', async () => {
  const held = await grounds({ plan: asking });
  const asked = { ...about(held.plan), grounds: held };
  expect(await siege.attest(asked)).toMatchObject({ outcome: 'succeeded' });
  // And would have been seen where it was not.
  await expect(watched(siege.attest(asked))).rejects.toThrow('was started');
  const control = { ...about(held.plan), about: 'control', grounds: held };
  expect(await siege.attest(control)).toMatchObject({ outcome: 'succeeded' });
  expect(await siege.attest(await finding(file))).toMatchObject({ outcome: 'succeeded' });
  const patient = { ...file, deadlineMs: 500 };
  expect(await siege.attest({ ...(await finding(patient)), probes: [file] })).toMatchObject({ outcome: 'succeeded' });
  expect(
    await siege.attest(await confirmation(await confirming([command('/usr/bin/ls', '/workspace')]))),
  ).toMatchObject({ outcome: 'succeeded' });
});
