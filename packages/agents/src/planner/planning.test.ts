import { afterEach, expect, test } from 'vitest';
import {
  canonicalJson,
  commitTo,
  digestOf,
  openStatement,
  planAnswerSchema,
  planDigest,
  type BoundPlaceholder,
  type Json,
  type PlanAnswer,
  type PlanRequest,
} from '@duovir/protocol';
import { clock, enrol, packs, planRequest, trust } from '../agent.fixture.ts';
import { partOf, standIn, type Say, type StandIn } from '../brain/gateway.fixture.ts';
import { promptNamed } from '../brain/prompt.ts';
import type { ModelBrain } from '../brain/thinker.ts';
import type { Draft } from '../draft/draft-schema.ts';
import { createPlanner } from './planner.ts';

const { signer, principal } = enrol('planner', 'planner');
let gateway: StandIn;
afterEach(async () => gateway?.close());

/** The example of the prompt: what a model is taught must itself be sound. */
function example(): { answer: Draft } {
  const [, json = ''] = /```json\n([\s\S]*?)\n```/.exec(promptNamed('planner').system) ?? [];
  return JSON.parse(json) as { answer: Draft };
}
const spoilt = (change: (draft: Draft) => Draft): Json =>
  JSON.parse(JSON.stringify({ answer: change(example().answer) })) as Json;
const sound = spoilt((draft) => draft);
const withoutProof = spoilt((draft) => ({ ...draft, steps: draft.steps.map((step) => ({ ...step, verify: [] })) }));
const outOfOrder = spoilt((draft) => ({ ...draft, steps: draft.steps.toReversed() }));
const goal = 'A message broker for the shop, please';

async function ask(
  say: Say,
  request: PlanRequest = planRequest({ goal }),
  consult: ModelBrain['consult'] = 'when-unsure',
): Promise<PlanAnswer> {
  gateway = await standIn(say);
  const planner = createPlanner({ signer, packs, clock, trust, model: gateway.model(consult) });
  const answer = await planner.request('/v1/plans', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  return planAnswerSchema.parse(await answer.json());
}

function planned(answer: PlanAnswer): Extract<PlanAnswer, { kind: 'plan' }> {
  if (answer.kind !== 'plan') throw new Error(JSON.stringify(answer));
  return answer;
}

test('a goal that no playbook knows is drafted, rendered and signed as the model’s', async () => {
  const { plan, envelope, revisable } = planned(await ask(() => ({ value: sound })));
  expect(revisable).toBe(true);
  expect(plan.steps.map(({ id }) => id)).toEqual(['sandbox', 'configuration', 'cache']);
  expect(plan.source).toMatchObject({ pack: 'draft', playbook: 'draft', inputs: { port: 6379 } });
  expect(plan.source.digest).toBe(digestOf(plan.source.draft));
  const { subject, predicate } = openStatement(envelope, 'plan', principal);
  expect(subject).toBe(planDigest(plan));
  expect(predicate).toMatchObject({ brain: 'model', tokens: 100, calls: [`call-${'a'.repeat(26)}`] });
  expect(gateway.asked).toMatchObject([{ purpose: 'plan', motion: null, prompt: { name: 'planner' } }]);
});

test('a known goal asks no model while playbooks are sure', async () => {
  const { plan, envelope } = planned(await ask(() => ({ value: sound }), planRequest({ goal: 'Cluster Redis' })));
  expect(plan.source.pack).toBe('redis');
  expect(openStatement(envelope, 'plan', principal).predicate).toMatchObject({ brain: 'playbook', calls: [] });
  expect(gateway.asked).toHaveLength(0);
});

test('a model that is always asked may choose a playbook and its inputs; given inputs win', async () => {
  const inputs = [
    { name: 'port', value: '6000' },
    { name: 'masters', value: '3' },
  ];
  const chosen = { kind: 'playbook', explanation: 'It fits.', playbook: 'redis/cluster', inputs };
  const request = planRequest({ goal: 'Cluster Redis', inputs: { port: 7000 } });
  const { plan } = planned(await ask(() => ({ value: { answer: chosen } }), request, 'always'));
  expect(plan.source).toMatchObject({ pack: 'redis', inputs: { port: 7000, masters: 3 } });
  expect(plan.source.draft).toBeUndefined();
});

test.each([
  ['a checker denies', withoutProof, /check\.verify|nothing verifies it/],
  ['the checks of a pack refuse', outOfOrder, /no earlier step/],
])('what %s goes back to the model with its draft', async (_, first, why) => {
  const answer = await ask((_question, before) => ({ value: before === 0 ? first : sound }));
  expect(planned(answer).plan.steps).toHaveLength(3);
  const [, repair] = gateway.asked;
  expect(repair && partOf(repair, 'faults')).toMatch(why);
  expect(repair && partOf(repair, 'your-draft')).toContain('[/steps/0/id] ');
  expect(openStatement(planned(answer).envelope, 'plan', principal).predicate.calls).toHaveLength(2);
});

test('after two repairs there is no plan', async () => {
  const answer = await ask(() => ({ value: withoutProof }));
  expect(answer).toMatchObject({ kind: 'refused', reason: 'model-refused' });
  expect(gateway.asked).toHaveLength(3);
});

test('a question without words is asked for again', async () => {
  const empty: Json = { answer: { kind: 'question', question: '\u200b \u001b[0m' } };
  planned(await ask((_, before) => ({ value: before === 0 ? empty : sound })));
  expect(gateway.asked.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test('one question is asked, signed, and never a second one', async () => {
  const question: Say = () => ({ value: { answer: { kind: 'question', question: 'Which broker?\u001b[2J' } } });
  const answer = await ask(question);
  if (answer.kind !== 'asked') throw new Error('expected a question');
  expect(answer.question).toBe('Which broker?');
  const { subject, predicate } = openStatement(answer.envelope, 'clarification', principal);
  const request = planRequest({ goal });
  expect(subject).toBe(digestOf(request.accepted));
  expect(predicate.commitment).toBe(commitTo(request.commitmentSalt, canonicalJson({ question: 'Which broker?' })));
  await gateway.close();
  const clarification = { question: 'Which broker?', answer: 'Redis' };
  expect(await ask(question, { ...request, clarification })).toMatchObject({
    kind: 'refused',
    reason: 'model-refused',
  });
  expect(gateway.asked.map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(partOf(gateway.asked[0] ?? expect.fail(), 'clarification')).toContain('Redis');
});

const look = (argv: string[]): Json => ({
  answer: {
    kind: 'read',
    explanation: 'Which version is installed?',
    probes: [{ uses: 'command.probe@1', argv, exit: 0, equals: '', includes: '', id: 'version', deadlineSeconds: 0 }],
  },
});

test('state is read first by probes alone, and then shown', async () => {
  const answer = await ask(() => ({ value: look(['pg_config', '--version']) }));
  if (answer.kind !== 'reading') throw new Error(JSON.stringify(answer));
  expect(answer.plan.steps.map(({ id }) => id)).toEqual(['sandbox']);
  expect(answer.plan.goal.successCriteria).toMatchObject([{ with: { argv: ['pg_config', '--version'] } }]);
  await gateway.close();
  const state = [{ id: 'version', outcome: 'succeeded' as const, observed: 'v=7.0', summary: 'v=7.0' }];
  planned(await ask(() => ({ value: sound }), { ...planRequest({ goal }), state }));
  expect(partOf(gateway.asked[0] ?? expect.fail(), 'state')).toContain('v=7.0');
});

test('what would change something is no reading', async () => {
  const answer = await ask((_, before) => ({ value: before === 0 ? look(['rm', '-rf', '/workspace']) : sound }));
  expect(planned(answer).plan.source.pack).toBe('draft');
  expect(partOf(gateway.asked[1] ?? expect.fail(), 'faults')).toMatch(/class R|changes nothing/);
});

test('findings come without names, in an order of their own, and the revision is another motion', async () => {
  const first = planned(await ask(() => ({ value: sound })));
  await gateway.close();
  const finding = (id: string, claim: string) => ({
    id,
    rule: 'model.exposure',
    severity: 'high' as const,
    step: 'cache',
    claim,
    evidence: ['/steps/2'],
  });
  const findings = [finding('reviewer-a-1', 'first'), finding('reviewer-b-1', 'second')];
  const objections = { plan: first.plan, findings, answers: [] };
  const request = { ...planRequest({ goal }), revision: 2, objections };
  const revised = planned(await ask(() => ({ value: sound }), request));
  expect(revised.plan.revision).toBe(2);
  const [asked] = gateway.asked;
  expect(asked).toMatchObject({ purpose: 'revise', motion: planDigest(first.plan), prompt: { name: 'reviser' } });
  const shown = partOf(asked ?? expect.fail(), 'findings');
  expect(shown).toContain('[/0/id] F1\n');
  expect(shown).not.toMatch(/reviewer-|model\.exposure/);
  await gateway.close();
  await ask(() => ({ value: sound }), { ...request, objections: { ...objections, findings: findings.toReversed() } });
  expect(partOf(gateway.asked[0] ?? expect.fail(), 'findings')).toBe(shown);
});

test('a reviser knows what it has said to each finding, wherever that stands now', async () => {
  const first = planned(await ask(() => ({ value: sound })));
  await gateway.close();
  const findings = ['first', 'second', 'third'].map((claim, index) => ({
    id: `f-0000000${index}`,
    rule: 'model.exposure',
    severity: 'high' as const,
    step: 'cache',
    claim,
    evidence: ['/steps/2'],
  }));
  const answers = [{ finding: 'f-00000001', kind: 'fix' as const, claim: 'Mended in the next plan.', evidence: [] }];
  const objections = { plan: first.plan, findings, answers };
  await ask(() => ({ value: sound }), { ...planRequest({ goal }), revision: 2, objections });
  const shown = partOf(gateway.asked[0] ?? expect.fail(), 'findings');
  const place = /^\[\/(\d)\/claim\] second$/m.exec(shown)?.[1];
  expect(shown).toContain(`[/${place}/answer/kind] fix\n[/${place}/answer/claim] Mended in the next plan.`);
  expect(shown.match(/\/answer\/kind\]/g)).toHaveLength(1);
  expect(shown).not.toContain('f-0000000');
});

test('a playbook planner without a model has no second plan', async () => {
  const first = planned(await ask(() => ({ value: sound })));
  const planner = createPlanner({ signer, packs, clock, trust, model: null });
  const objections = { plan: first.plan, findings: [], answers: [] };
  const answer = await planner.request('/v1/plans', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...planRequest({ goal: 'Cluster Redis' }), objections }),
  });
  expect(await answer.json()).toMatchObject({ kind: 'refused', reason: 'goal-unknown' });
});

test('where the model may not be asked, a playbook that fits is used all the same', async () => {
  const request = planRequest({ goal: 'Cluster Redis' });
  const { plan, envelope } = planned(await ask(() => ({ refused: 'route-closed' }), request, 'always'));
  expect(plan.source.pack).toBe('redis');
  expect(openStatement(envelope, 'plan', principal).predicate).toMatchObject({ brain: 'playbook', tokens: 7 });
});

test('a model that declines is not overruled by a playbook that would fit', async () => {
  const declines: Json = { answer: { kind: 'refuse', reason: 'This would double what runs already.' } };
  const answer = await ask(() => ({ value: declines }), planRequest({ goal: 'Cluster Redis' }), 'always');
  expect(answer).toMatchObject({
    kind: 'refused',
    reason: 'model-refused',
    explanation: 'This would double what runs already.',
  });
});

test('of the placeholders of an answer the plan lists those it uses', async () => {
  const host: BoundPlaceholder = {
    placeholder: 'h1-0a1b2c3d.zqx.invalid',
    kind: 'host',
    commitment: `sha256:${'a'.repeat(64)}`,
  };
  const value = spoilt((draft) => ({ ...draft, environment: [{ name: 'UPSTREAM', value: host.placeholder }] }));
  const unused = { ...host, placeholder: 'h2-0a1b2c3d.zqx.invalid' };
  const { plan } = planned(await ask(() => ({ value, placeholders: [unused, host] })));
  expect(plan.placeholders).toEqual([host]);
});

test('characters nobody sees are refused where they would be executed', async () => {
  const hidden = spoilt((draft) => ({ ...draft, hosts: [{ name: 'cache', address: '127.0.0.21\u200b' }] }));
  await ask((_, before) => ({ value: before === 0 ? hidden : sound }));
  expect(gateway.asked[1]).toMatchObject({ attempt: 2 });
});
