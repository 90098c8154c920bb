import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { evaluateQuery } from '@duovir/policy';
import {
  canonicalJson,
  commitTo,
  openStatement,
  planDigest,
  rebuttalAnswerSchema,
  type DebatedFinding,
  type Json,
  type PlanQuery,
  type RebuttalRequest,
} from '@duovir/protocol';
import { clock, enrol, packs, trust } from '../agent.fixture.ts';
import { partOf, standIn, type Say, type StandIn } from '../brain/gateway.fixture.ts';
import type { ModelBrain } from '../brain/thinker.ts';
import { createHealer } from '../healer/healer.ts';
import { createPlanner } from '../planner/planner.ts';
import { evidenceFor, planFrom } from '../reviewer/motion.fixture.ts';
import { rebut } from './rebut.ts';

const plan = planFrom('postgres', 'cluster');
const content = '/steps/2/call/with/content';
const found = (id: string, query?: PlanQuery): DebatedFinding => ({
  id,
  rule: 'model.access',
  severity: 'high',
  step: 'access-rules',
  claim: `Finding ${id}.`,
  evidence: [content],
  ...(query ? { check: { means: 'query', query } } : {}),
});
const wrong = found('f-00000001', { at: content, is: 'containing', text: '0.0.0.0/0' });
const right = found('f-00000002', { at: content, is: 'containing', text: 'trust' });
const open = found('f-00000003');
const requestOf = (...findings: DebatedFinding[]): RebuttalRequest => ({
  run: plan.run,
  round: 1,
  motion: planDigest(plan),
  plan,
  evidence: { ...evidenceFor(plan), state: [{ id: 'disk', outcome: 'succeeded', observed: {}, summary: '3 % used' }] },
  findings,
  trustPolicy: trust().digest,
});

let gateway: StandIn | undefined;
afterEach(async () => gateway?.close());
async function modelThatSays(say: Say): Promise<ModelBrain> {
  gateway = await standIn(say);
  return gateway.model();
}
const saying = (...answers: Json[]): Json => ({ answers });
const said = (finding: string, kind: string, ...evidence: string[]): Json => ({
  finding,
  kind,
  claim: 'Because.',
  evidence,
});

describe('without a model', () => {
  test('what the bytes disprove is refuted by the place, and the rest is left to people', async () => {
    const { answers, provenance } = await rebut(null, requestOf(wrong, right, open));
    expect(answers).toMatchObject([
      { finding: wrong.id, kind: 'refute', evidence: [content] },
      { finding: right.id, kind: 'ask-person', evidence: [] },
      { finding: open.id, kind: 'ask-person', evidence: [] },
    ]);
    expect(provenance).toEqual({ brain: 'playbook', tokens: 0, calls: [] });
  });

  test('for every claim, a refutation is one that anybody can look up', async () => {
    const anyQuery = fc.oneof(
      fc.record({ at: fc.constantFrom(content, '/steps/0/id', '/steps/99', 'x'), is: fc.constant('absent' as const) }),
      fc.record({
        at: fc.constantFrom(content, '/steps/0/id', '/goal', '/steps/99'),
        is: fc.constant('containing' as const),
        text: fc.oneof(fc.constantFrom('trust', 'sandbox'), fc.string({ minLength: 1, maxLength: 8 })),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyQuery, { minLength: 1, maxLength: 6 }), async (queries) => {
        const findings = queries.map((query, index) => found(`f-${index}`, query));
        const { answers } = await rebut(null, requestOf(...findings));
        expect(answers.map(({ finding }) => finding)).toEqual(findings.map(({ id }) => id));
        for (const [index, { kind, evidence }] of answers.entries()) {
          const outcome = evaluateQuery(plan, queries[index] as PlanQuery);
          expect(kind).toBe(outcome === 'disproved' ? 'refute' : 'ask-person');
          expect(evidence).toEqual(outcome === 'disproved' ? [queries[index]?.at] : []);
        }
      }),
    );
  });
});

describe('with a model', () => {
  test('it answers what the bytes leave open, and is asked about nothing else', async () => {
    const model = await modelThatSays(() => ({
      value: saying(said(right.id, 'fix'), said(open.id, 'refute', content, 'disk', '/steps/99')),
    }));
    const { answers, provenance } = await rebut(model, requestOf(wrong, right, open));
    expect(answers).toMatchObject([
      { finding: wrong.id, kind: 'refute' },
      { finding: right.id, kind: 'fix' },
      { finding: open.id, kind: 'refute', evidence: [content, 'disk'] },
    ]);
    expect(provenance).toMatchObject({ brain: 'model', tokens: 100 });
    const [asked] = gateway?.asked ?? [];
    expect(asked).toMatchObject({ purpose: 'rebut', prompt: { name: 'rebutter' }, motion: planDigest(plan) });
    const shown = partOf(asked ?? expect.fail(), 'findings');
    expect(shown).toContain(open.id);
    expect(shown).not.toMatch(/f-00000001|model\.access/);
  });

  test('that all is refuted by the bytes costs nothing', async () => {
    const model = await modelThatSays(() => expect.fail('Nobody asks.'));
    expect((await rebut(model, requestOf(wrong))).provenance).toEqual({ brain: 'playbook', tokens: 0, calls: [] });
  });

  test.each([[[]], [['/steps/99']], [['trust me']], [['/steps/0 ']]])(
    'a refutation that shows nothing (%j) goes to a person',
    async (evidence) => {
      const model = await modelThatSays(() => ({ value: saying(said(open.id, 'refute', ...evidence)) }));
      expect((await rebut(model, requestOf(open))).answers).toMatchObject([{ kind: 'ask-person', evidence: [] }]);
    },
  );

  test.each<[string, Json]>([
    ['leaves one out', saying(said(right.id, 'fix'))],
    ['answers one twice', saying(said(right.id, 'fix'), said(right.id, 'refute', content), said(open.id, 'fix'))],
    ['answers what was not found', saying(said(right.id, 'fix'), said(open.id, 'fix'), said('f-99999999', 'fix'))],
    ['accepts the risk itself', saying(said(right.id, 'accept'), said(open.id, 'fix'))],
  ])('who %s is asked once more, and then people are', async (_, value) => {
    const model = await modelThatSays(() => ({ value }));
    const { answers } = await rebut(model, requestOf(right, open));
    expect(answers.map(({ kind }) => kind)).toEqual(['ask-person', 'ask-person']);
    expect(gateway?.asked.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  test.each(['budget-exhausted', 'stopped', 'egress-blocked'] as const)(
    'refused by the gateway (%s) leaves everything to people, and says what was paid',
    async (refused) => {
      const model = await modelThatSays(() => ({ refused }));
      const { answers, provenance } = await rebut(model, requestOf(right, open));
      expect(answers.map(({ kind }) => kind)).toEqual(['ask-person', 'ask-person']);
      expect(provenance).toMatchObject({ brain: 'playbook', tokens: 7 });
    },
  );
});

describe('over HTTP', () => {
  const planner = enrol('planner', 'planner');
  const healer = enrol('healer', 'healer');
  const proposers = [
    [planner, createPlanner({ signer: planner.signer, packs, clock, trust, model: null })],
    [healer, createHealer({ signer: healer.signer, packs, clock, model: null })],
  ] as const;
  const post = async (app: (typeof proposers)[number][1], body: unknown): Promise<Response> =>
    app.request('/v1/rebuttals', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test.each(proposers)('a proposer signs what it answers, each finding once', async ({ principal }, app) => {
    const request = requestOf(wrong, open);
    const answer = rebuttalAnswerSchema.parse(await (await post(app, request)).json());
    const statement = openStatement(answer.envelope, 'rebuttal', principal);
    expect(statement).toMatchObject({ run: plan.run, subject: request.motion });
    expect(statement.predicate).toMatchObject({
      round: 1,
      answers: [
        { finding: wrong.id, kind: 'refute', evidence: [content] },
        { finding: open.id, kind: 'ask-person', evidence: [] },
      ],
      commitment: commitTo(answer.salt, canonicalJson(answer.detail)),
      brain: 'playbook',
    });
    expect(answer.detail.answers.map(({ finding }) => finding)).toEqual([wrong.id, open.id]);
  });

  test.each<[string, (request: RebuttalRequest) => unknown]>([
    ['motion-mismatch', (request) => ({ ...request, motion: `sha256:${'0'.repeat(64)}` })],
    ['motion-mismatch', (request) => ({ ...request, run: `run-${'b'.repeat(20)}` })],
    ['debate-inconsistent', (request) => ({ ...request, findings: [open, open] })],
    ['malformed', (request) => ({ ...request, findings: [] })],
  ])('it does not speak for what is not the motion it was asked about: %s', async (code, spoil) => {
    for (const [, app] of proposers) {
      const response = await post(app, spoil(requestOf(open)));
      expect(response.ok).toBe(false);
      expect(await response.text()).toContain(code);
    }
  });
});
