import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { stepViewSchema, whyAnswerSchema, type OpinionView } from '@duovir/protocol';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { CALL, HealedRun } from './healed-run.fixture.ts';

let server: TestApi;
let run: HealedRun;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
  run = new HealedRun(server);
  await run.tell();
});
afterAll(() => server.close());

async function get(path: string): Promise<unknown> {
  const answer = await server.ask(path);
  expect(answer.status).toBe(200);
  return answer.json();
}

test('a healed value is explained from the attestation back to the request', async () => {
  const answer = whyAnswerSchema.parse(await get('/v1/why?target=sandbox&resource=postgresql&path=port'));
  expect(answer).toMatchObject({ value: 5433, before: [5432], run: run.id, step: 'primary' });
  expect(answer.chain.map(({ kind, principal }) => `${kind} ${principal}`)).toEqual([
    'setting attestor',
    'attestation attestor',
    'receipt runner',
    'permit server',
    'verdict server',
    'opinion reviewer-security',
    'motion server',
    'diagnosis healer',
    'confirmation attestor',
    'failure runner',
    'plan healer',
    'motion server',
    'plan planner',
    'request server',
  ]);
  expect(answer.chain.find(({ kind }) => kind === 'failure')?.text).toContain('FATAL: address in use');
  for (const { entry } of answer.chain) expect(entry).not.toBeNull();
});

test('an opinion that a model led to names the model and the call', async () => {
  const { chain } = whyAnswerSchema.parse(await get('/v1/why?resource=postgresql&path=port'));
  const opinion = chain.find(({ kind }) => kind === 'opinion');
  expect(opinion?.text).toBe(`approve (security) by gpt in ${CALL}: Nothing speaks against revision 2.`);
  expect(chain.find(({ kind, principal }) => kind === 'plan' && principal === 'planner')?.text).not.toContain('call-');
});

test('each link names the entry of the ledger that says so', async () => {
  const { chain } = whyAnswerSchema.parse(await get('/v1/why?resource=postgresql&path=port'));
  for (const { kind, entry, principal } of chain) {
    const seen = (await get(`/v1/ledger/entries/${entry}`)) as { kind: string; principal: string };
    const expected =
      { setting: 'attestation', confirmation: 'attestation', failure: 'receipt' }[kind as 'setting'] ?? kind;
    expect([seen.kind, seen.principal]).toEqual([expected, principal]);
  }
});

test('motions, opinions, steps and the plan of the run can be read', async () => {
  const motions = (await get(`/v1/runs/${run.id}/motions`)) as { items: { kind: string; verdict: string }[] };
  expect(motions.items.map(({ kind, verdict }) => [kind, verdict])).toEqual([
    ['plan', 'carried'],
    ['heal', 'carried'],
  ]);
  const { items } = (await get(`/v1/runs/${run.id}/opinions`)) as { items: OpinionView[] };
  expect(items.map(({ detail }) => detail.rationale)).toEqual([
    'Nothing speaks against revision 1.',
    'Nothing speaks against revision 2.',
  ]);
  const steps = (await get(`/v1/runs/${run.id}/steps`)) as { items: unknown[] };
  expect(steps.items.map((step) => stepViewSchema.parse(step).state)).toEqual(['succeeded']);
  expect(await get(`/v1/runs/${run.id}/plan`)).toMatchObject({ revision: 2 });
  const permits = (await get(`/v1/runs/${run.id}/permits`)) as { items: { permit: string; proof: string }[] };
  expect(permits.items.map(({ permit }) => permit)).toEqual(['permit-1', 'permit-2']);
});
