import { afterEach, expect, test } from 'vitest';
import { planDigest, trustPolicyDigest, type Json, type ModelRefusal, type ReviewRequest } from '@duovir/protocol';
import { partOf, standIn, type Say, type StandIn } from '../brain/gateway.fixture.ts';
import type { ModelBrain } from '../brain/thinker.ts';
import type { Reasoned } from './judgement.ts';
import { changed, evidenceFor, healOf, planFrom, policy } from './motion.fixture.ts';
import { reviewSubject } from './subject.ts';
import { review, workOf } from './work.ts';

let gateway: StandIn;
afterEach(async () => gateway?.close());

const plan = planFrom('redis', 'cluster');
const approval: Json = { verdict: 'approve', findings: [], rationale: 'Nothing more than asked for.' };

async function opinion(
  say: Say,
  mandate = 'goal',
  consult: ModelBrain['consult'] = 'when-unsure',
  evidence = evidenceFor(plan),
  reviewed = plan,
): Promise<Reasoned> {
  gateway = await standIn(say);
  const work = workOf(mandate, gateway.model(consult));
  if (!work) throw new Error(`There is no work for ${mandate}.`);
  const kind = evidence.heal ? 'heal' : 'plan';
  const request: ReviewRequest = {
    run: reviewed.run,
    round: 1,
    phase: 'blind',
    kind,
    motion: planDigest(reviewed),
    plan: reviewed,
    evidence,
    trustPolicy: trustPolicyDigest(policy),
    debate: null,
  };
  return review(work, reviewSubject({ kind, plan: reviewed, evidence, policy, previous: undefined }), request);
}

test('a model gives an opinion where there are no rules, and it says what it was thought with', async () => {
  expect(await opinion(() => ({ value: approval }))).toMatchObject({
    verdict: 'approve',
    detail: { rationale: 'Nothing more than asked for.' },
    provenance: { brain: 'model', tokens: 100, calls: [`call-${'a'.repeat(26)}`] },
  });
  const [asked] = gateway.asked;
  expect(asked).toMatchObject({ purpose: 'review', motion: planDigest(plan), prompt: { name: 'reviewer-goal' } });
  const shown = partOf(asked ?? expect.fail(), 'plan');
  expect(shown).toContain('[/steps/0/id] sandbox\n');
  expect(JSON.stringify(asked)).not.toContain(plan.salt);
});

test('what rules reject needs no model that is for doubt only', async () => {
  const open = changed(plan, (text) => text.replaceAll('bind 127.0.0.21', 'bind 0.0.0.0'));
  const judged = await opinion(() => ({ value: approval }), 'security', 'when-unsure', evidenceFor(open), open);
  expect(judged).toMatchObject({ verdict: 'reject', provenance: { brain: 'playbook', tokens: 0, calls: [] } });
  expect(gateway.asked).toHaveLength(0);
});

test('an approval under the group of a model is never one of rules', async () => {
  expect(await opinion(() => ({ refused: 'stopped' }), 'security')).toMatchObject({ verdict: 'abstain' });
  expect(await opinion(() => ({ value: approval }), 'security')).toMatchObject({
    verdict: 'approve',
    provenance: { brain: 'model' },
  });
});

test('a model that is always asked speaks for itself', async () => {
  expect((await opinion(() => ({ value: approval }), 'security', 'always')).provenance.brain).toBe('model');
  expect(gateway.asked).toMatchObject([{ prompt: { name: 'reviewer-security' } }]);
});

test.each<[ModelRefusal, string]>([
  ['budget-exhausted', 'budget'],
  ['route-closed', 'not-allowed'],
  ['egress-blocked', 'not-allowed'],
  ['stopped', 'not-allowed'],
  ['no-model', 'not-allowed'],
  ['provider-failed', 'no-answer'],
])('no answer (%s) is an abstention with its reason: %s', async (refused, why) => {
  const { verdict, abstention, detail, provenance } = await opinion(() => ({ refused }));
  expect({ verdict, abstention }).toEqual({ verdict: 'abstain', abstention: why });
  expect(detail.rationale).toContain(refused);
  expect(provenance.tokens).toBe(7);
});

test('an answer outside the schema, twice, is an abstention', async () => {
  const obeys: Json = { verdict: 'approve', findings: [], rationale: 'ok', permit: 'minted' };
  expect(await opinion(() => ({ value: obeys }))).toMatchObject({ verdict: 'abstain', abstention: 'no-answer' });
  expect(gateway.asked).toHaveLength(2);
});

test('of a heal it is shown what failed and what the attestor saw', async () => {
  const heal = healOf(plan, 'node-1', 6379);
  await opinion(() => ({ value: approval }), 'goal', 'always', evidenceFor(plan, heal));
  expect(partOf(gateway.asked[0] ?? expect.fail(), 'heal')).toMatch(/net\.port-in-use[\s\S]*sha256:[\s\S]*stranger/);
});

test('it is shown what a step would do, what has changed and what is there, each with the id to cite it by', async () => {
  const state = [{ id: 'disk', outcome: 'succeeded' as const, observed: {}, summary: '3 % used' }];
  const subject = `sha256:${'a'.repeat(64)}`;
  const dryRun = [{ step: 'node-1', subject, effects: ['starts redis'], reasons: [] }];
  const diff = [{ at: '/source/inputs/port', before: '6379', after: '6380' }];
  await opinion(() => ({ value: approval }), 'goal', 'always', { ...evidenceFor(plan), state, dryRun, diff });
  const shown = (label: string): string => partOf(gateway.asked[0] ?? expect.fail(), label);
  expect(shown('state')).toContain('[/0/id] disk');
  expect(shown('dry-run')).toContain('[/0/effects/0] starts redis');
  expect(shown('diff')).toContain('[/0/after] 6380');
});

test('an adversary never approves: what it calls an approval says that it found nothing, or is a rejection', async () => {
  expect(await opinion(() => ({ value: approval }), 'adversary', 'always')).toMatchObject({
    verdict: 'abstain',
    abstention: 'nothing-found',
  });
  await gateway.close();
  const check = { is: 'none', at: '', text: '' };
  const lost = {
    step: '',
    category: 'data-loss',
    severity: 'medium',
    claim: 'x',
    evidence: ['/steps/0'],
    suggestion: '',
    check,
  };
  const value = { verdict: 'approve', findings: [lost], rationale: 'It may do.' };
  expect(await opinion(() => ({ value }), 'adversary', 'always')).toMatchObject({
    verdict: 'reject',
    abstention: null,
  });
  expect(gateway.asked).toMatchObject([{ prompt: { name: 'reviewer-adversary' } }]);
});

test('a mandate without rules needs a model, and one without a prompt nobody has', async () => {
  gateway = await standIn(() => ({ value: approval }));
  expect(workOf('goal', null)).toBeUndefined();
  expect(workOf('taste', gateway.model())).toBeUndefined();
  expect(workOf('cost', gateway.model())?.kind).toBe('model');
});
