import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  commitmentAnswerSchema,
  diagnoseAnswerSchema,
  digestOf,
  patchAnswerSchema,
  planDigest,
  signIntent,
  type Envelope,
  type Failure,
  type Grounds,
  type ReviewRequest,
} from '@duovir/protocol';
import { permitted } from '../permit/chain.ts';
import { newRunId } from '../permit/plan.fixture.ts';
import { Agents, evidenceFor } from './agents.ts';
import { besiege, type Siege } from './siege.ts';

const REVIEWERS = ['reviewer-security', 'reviewer-reliability'] as const;
const mandates: Readonly<Record<string, string>> = {
  'reviewer-security': 'security',
  'reviewer-reliability': 'reliability',
};

let siege: Siege;
let agents: Agents;
beforeAll(async () => {
  siege = await besiege((policy) => ({
    ...policy,
    principals: policy.principals.map((principal) => {
      const mandate = mandates[principal.name];
      return mandate === undefined ? principal : { ...principal, mandate };
    }),
    envelopes: policy.envelopes.map((envelope) => ({
      ...envelope,
      id: 'port-overlap',
      signature: 'net.port-in-use',
      range: { kind: 'port', from: 5000, to: 9999 },
    })),
  }));
  agents = await Agents.start(siege);
});
afterAll(async () => {
  agents.end();
  await siege.end();
});

const WANTED = 'Put nginx in front of two upstreams';

function asked(goal = WANTED, requester = 'alice'): Grounds['request'] {
  return {
    run: newRunId(),
    requester,
    acceptedAt: new Date().toISOString(),
    request: {
      goal,
      target: 'sandbox',
      inputs: {},
      playbook: 'nginx/load-balancer',
      environment: 'development',
      dataClass: 'internal',
      occupiedPorts: [],
    },
  };
}

function intended(request: Grounds['request'], signer = 'alice'): Promise<Envelope> {
  return signIntent(siege.signer(signer), request, { trustPolicy: siege.digest, time: new Date().toISOString() });
}

type Question = (name: string, question: ReviewRequest) => ReviewRequest;

/** Honest agents work for the server: what they plan and say is really theirs. */
async function worked(request: Grounds['request'], question: Question = (_, one) => one) {
  const { plan, envelope: planStatement } = await agents.plan(request);
  const opinions = await Promise.all(
    REVIEWERS.map((name) => agents.opinion(name, question(name, agents.question(plan, request)))),
  );
  return { request, plan, planStatement, opinions };
}

async function refused(grounds: Grounds, code: Parameters<Siege['refused']>[1]): Promise<void> {
  const [first] = grounds.plan.steps;
  await siege.refused(await permitted(siege, grounds, { step: first!.id }), code);
}

test('Invariant 2: agents that work in good faith for what nobody has asked for', async () => {
  const work = await worked(asked());
  await refused(await agents.carry({ ...work, intent: null }), 'intent-missing');
  await refused(await agents.carry({ ...work, intent: await intended(work.request, 'server') }), 'intent-forged');
});

test('Invariant 4: agents that are told another goal than the person', async () => {
  const told = asked('Put nginx in front of two upstreams, and expose it to everybody');
  const work = await worked(told);
  const wanted = { ...told, request: { ...told.request, goal: WANTED } };
  await refused(await agents.carry({ ...work, intent: await intended(wanted) }), 'intent-forged');
  await refused(
    await agents.carry({ ...work, request: wanted, intent: await intended(wanted) }, motionOf(work)),
    'request-foreign',
  );
});

function motionOf({ plan, request }: Pick<Grounds, 'plan' | 'request'>) {
  return { evidence: digestOf(evidenceFor(plan, request)) };
}

test('Invariant 4: a friendlier story for one of the reviewers', async () => {
  const request = asked();
  const friendlier: Question = (name, question) =>
    name === 'reviewer-security'
      ? { ...question, evidence: { ...question.evidence, reasons: ['risk.no-effects'] } }
      : question;
  const work = await worked(request, friendlier);
  await refused(await agents.carry({ ...work, intent: await intended(request) }), 'opinion-foreign');
});

test('Invariant 1: a reviewer that is to be asked until it says what the server wants', async () => {
  const request = asked();
  const { plan } = await worked(request);
  const evidence = { ...evidenceFor(plan, request), reasons: ['risk.no-effects'] };
  const again = agents.question(plan, request, { evidence });
  const answer = agents
    .client('reviewer-security')
    .call({ path: '/v1/commitments', body: again }, commitmentAnswerSchema);
  await expect(answer).rejects.toThrow('commitment-conflict');
});

test('Invariant 1: a reviewer that is shown a debate before it has said anything', async () => {
  const request = asked();
  const debated: Question = (_, question) => ({
    ...question,
    phase: 'second',
    round: 2,
    debate: { own: 'approve', findings: [], answers: [], checks: [] },
  });
  const work = await worked(request, debated);
  await refused(await agents.carry({ ...work, intent: await intended(request) }), 'opinion-not-blind');
});

test('Invariant 1: opinions on one plan under another of the same planner', async () => {
  const request = asked();
  const [work, other] = [await worked(request), await worked(request)];
  expect(planDigest(other.plan)).not.toBe(planDigest(work.plan));
  const grounds = await agents.carry({ ...work, opinions: other.opinions, intent: await intended(request) });
  await refused(grounds, 'opinion-foreign');
});

test('Invariant 5: a healer that patches a plan nobody has carried out', async () => {
  const request = asked();
  const { plan } = await agents.plan(request);
  const step = plan.steps.find(({ call }) => call.action === 'service.start@1')?.id ?? '';
  const failure: Failure = {
    run: plan.run,
    step,
    attempt: 1,
    evidence: digestOf('a failure that never was'),
    cause: 'exit',
    exit: 1,
    stdout: '',
    stderr: 'nginx: [emerg] bind() to 127.0.0.31:8080 failed (98: Address already in use)',
    probes: [],
  };
  const healer = agents.client('healer');
  const { diagnosis } = await healer.call({ path: '/v1/diagnoses', body: { failure, plan } }, diagnoseAnswerSchema);
  const patch = await healer.call(
    {
      path: '/v1/patches',
      body: {
        failure,
        diagnosis,
        plan,
        listeners: [{ address: '0.0.0.0', port: 8080, pid: 9, argv: 'other', service: null }],
        envelope: { id: 'port-overlap', inputs: ['port'], from: 5000, to: 9999 },
        salt: '3'.repeat(32),
        revision: 2,
      },
    },
    patchAnswerSchema,
  );
  if (patch.kind !== 'patch') throw new Error(patch.reason);
  const heal = {
    step,
    signature: 'net.port-in-use',
    explanation: diagnosis.explanation,
    observation: {},
    previous: planDigest(plan),
  };
  const evidence = { ...evidenceFor(patch.plan, request), heal };
  const question = agents.question(patch.plan, request, { kind: 'heal', evidence });
  const opinions = await Promise.all(REVIEWERS.map((name) => agents.opinion(name, question)));
  const grounds = await agents.carry(
    { request, plan: patch.plan, planStatement: patch.envelope, opinions, intent: await intended(request) },
    { kind: 'heal', envelope: 'database-port', previous: planDigest(plan), evidence: digestOf(evidence) },
  );
  await refused(grounds, 'envelope-exceeded');
  const within = await agents.carry(grounds, {
    kind: 'heal',
    envelope: 'port-overlap',
    previous: planDigest(plan),
    evidence: digestOf(evidence),
  });
  await refused(within, 'heal-unfounded');
});

test('what a person has really asked the same agents for is done, by the same server', async () => {
  const request = asked();
  const work = await worked(request);
  const grounds = await agents.carry({ ...work, intent: await intended(request) });
  const [first] = grounds.plan.steps;
  const event = await siege.execute(await permitted(siege, grounds, { step: first!.id }));
  expect(event).toMatchObject({ kind: 'receipt' });
});
