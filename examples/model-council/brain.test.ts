import { expect, test } from 'vitest';
import {
  Catalogue,
  causeOf,
  loadPacks,
  packsFolder,
  patchPlan,
  planWithModel,
  rebut,
  reviewWithModel,
  thinkThrough,
  voteAgainWithModel,
  type ModelMandate,
  type Thinker,
} from '@duovir/agents';
import { checkHeal, evaluateQuery, riskClassOf } from '@duovir/policy';
import {
  planDigest,
  type AcceptedRequest,
  type Evidence,
  type HealEnvelope,
  type Plan,
  type PlanRequest,
  type ReviewRequest,
  type TrustPolicy,
} from '@duovir/protocol';
import { install, RUN } from '../../tests/gateway/installation.ts';
import { brain } from './brain.ts';

const packs = loadPacks(packsFolder);
const accepted: AcceptedRequest = {
  run: RUN,
  requester: 'ana',
  acceptedAt: '2026-01-05T10:00:00.000Z',
  request: {
    goal: 'Cluster this database: one primary and two streaming replicas. It runs on db-7.bank.internal today; name it in the log.',
    target: 'sandbox',
    inputs: {},
    environment: 'development',
    dataClass: 'internal',
    occupiedPorts: [5432],
  },
};
const request: PlanRequest = {
  accepted,
  salt: '1'.repeat(32),
  revision: 1,
  trustPolicy: `sha256:${'d'.repeat(64)}`,
  commitmentSalt: '2'.repeat(64),
  clarification: null,
  objections: null,
};

const policy = {
  principals: [{ name: 'ana', role: 'person', publicKey: '', group: 'ana' }],
} as Partial<TrustPolicy> as TrustPolicy;
const envelope: HealEnvelope = {
  id: 'port-overlap',
  signature: 'net.port-in-use',
  inputs: ['port'],
  range: { kind: 'port', from: 5000, to: 9999 },
  environments: ['development'],
  attempts: 2,
};

/** A model of the story for one agent, behind the real gateway, guard, budget and wire. */
async function model(): Promise<Thinker> {
  const { ask } = await install([], { brain, model: { maxOutputTokens: 16_000 } });
  return { think: (asked) => thinkThrough(asked, ask) };
}

async function planBy(thinker: Thinker, asked: PlanRequest): Promise<Plan> {
  const planned = await planWithModel({ thinker, catalogue: new Catalogue(packs), policy, request: asked });
  if (planned.kind !== 'planned') throw new Error(JSON.stringify(planned));
  return planned.plan;
}

function questionOn(plan: Plan) {
  const { riskClass, reasons } = riskClassOf(plan);
  const bundle = { checks: [], diff: null, dryRun: [], state: null, heal: null };
  const evidence: Evidence = { request: accepted, riskClass, reasons, ...bundle };
  return { run: RUN, round: 1, motion: planDigest(plan), plan, evidence, trustPolicy: request.trustPolicy };
}

async function opinionOn(plan: Plan, mandate: ModelMandate) {
  const asked: ReviewRequest = { ...questionOn(plan), phase: 'blind', kind: 'plan', debate: null };
  return reviewWithModel(await model(), mandate, asked);
}

test('the council of models drafts, objects, revises and agrees, through the real gateway', async () => {
  const thinker = await model();
  const first = await planBy(thinker, request);
  const security = await opinionOn(first, 'security');
  const reliability = await opinionOn(first, 'reliability');
  expect(security).toMatchObject({
    verdict: 'reject',
    detail: { findings: [{ step: 'access-rules', severity: 'high' }] },
  });
  expect(reliability).toMatchObject({ verdict: 'reject', detail: { findings: [{ rule: 'model.unbounded' }] } });
  expect(await opinionOn(first, 'goal')).toMatchObject({ verdict: 'approve' });

  const findings = [...security.detail.findings, ...reliability.detail.findings];
  const revised = await planBy(thinker, {
    ...request,
    revision: 2,
    objections: { plan: first, findings, answers: [] },
  });
  expect(revised.steps.map(({ id }) => id)).toEqual(first.steps.map(({ id }) => id));
  expect(JSON.stringify(revised.steps)).toMatch(/log_line_prefix = '%m \[%p\] h\d+-[0-9a-f]{8}\.zqx\.invalid '/);
  expect(revised.placeholders?.map(({ kind }) => kind)).toContain('host');
  for (const mandate of ['reliability', 'goal', 'cost'] as const)
    expect(await opinionOn(revised, mandate)).toMatchObject({ verdict: 'approve', detail: { findings: [] } });
  const misread = await opinionOn(revised, 'security');
  const [finding] = misread.detail.findings;
  expect(misread).toMatchObject({ verdict: 'reject', detail: { findings: [{ rule: 'model.exposure' }] } });
  if (finding?.check?.means !== 'query') throw new Error('the finding cannot be tested');
  expect(evaluateQuery(revised, finding.check.query)).toBe('disproved');
});

test('one finding mends one fault, and the other reviewer finds the other again', async () => {
  const thinker = await model();
  const first = await planBy(thinker, request);
  const { detail } = await opinionOn(first, 'reliability');
  const objections = { plan: first, findings: detail.findings, answers: [] };
  const revised = await planBy(thinker, { ...request, revision: 2, objections });
  expect(await opinionOn(revised, 'security')).toMatchObject({ verdict: 'reject' });
  expect(await opinionOn(revised, 'reliability')).toMatchObject({ verdict: 'approve' });
});

test('the proposer mends what it can, leaves the rest to people, and nobody changes its mind for words', async () => {
  const thinker = await model();
  const plan = await planBy(thinker, request);
  const first = await opinionOn(plan, 'security');
  const findings = first.detail.findings.map((finding) => ({ ...finding, id: 'f-0a1b2c3d' }));
  const unclear = { ...findings[0], id: 'f-0000000a', step: null, claim: 'Two replicas may be one too few.' };
  const asked = { ...questionOn(plan), findings: [...findings, unclear as (typeof findings)[number]] };
  const { answers } = await rebut({ thinker: await model(), consult: 'always' }, asked);
  expect(answers).toMatchObject([{ kind: 'fix' }, { finding: 'f-0000000a', kind: 'ask-person' }]);
  const debate = { own: first.verdict, findings, answers: [...answers], checks: [] };
  const again: ReviewRequest = { ...questionOn(plan), phase: 'second', round: 2, kind: 'plan', debate };
  const second = await voteAgainWithModel(await model(), 'security', again, { debate, first });
  expect(second).toMatchObject({ verdict: 'reject', changedFrom: null, because: [] });
});

const stderr = `LOG:  could not bind IPv4 address "127.0.0.11": Address already in use
HINT:  Is another postmaster already running on port 5432? If not, wait a few seconds and retry.
FATAL:  could not create any TCP/IP sockets`;

test('the healer names who is in the way, and the draft moves to the next port as one change', async () => {
  const thinker = await model();
  const plan = await planBy(thinker, request);
  const signatures = packs.flatMap((pack) => pack.signatures);
  const failure = {
    run: RUN,
    step: 'primary',
    attempt: 1,
    evidence: planDigest(plan),
    cause: 'exit',
    exit: 1,
    stdout: '',
    stderr,
    probes: [],
  };
  const healer = { thinker, consult: 'always' } as const;
  const { diagnosis, provenance } = await causeOf({ signatures, model: healer }, failure, plan);
  expect(provenance.brain).toBe('model');
  expect(diagnosis).toMatchObject({ decision: 'patch', signature: 'net.port-in-use', captures: { port: '5432' } });
  expect(diagnosis.confirm.map(({ id }) => id)).toEqual(['falsify', 'somebody-listens']);
  const patch = await patchPlan(
    { packs, model: healer },
    {
      failure,
      diagnosis,
      plan,
      listeners: [{ address: '0.0.0.0', port: 5432, pid: 9, argv: 'stranger', service: null }],
      envelope: { id: envelope.id, inputs: envelope.inputs, from: 5000, to: 9999 },
      salt: '3'.repeat(32),
      revision: 2,
    },
  );
  if (patch.kind === 'none') throw new Error(patch.reason);
  expect(patch).toMatchObject({ input: 'port', value: 5433 });
  expect(checkHeal({ previous: plan, next: patch.plan, envelope })).toEqual([]);
});
