import { expect, test } from 'vitest';
import {
  canonicalJson,
  commitTo,
  digestOf,
  openStatement,
  planAnswerSchema,
  planDigest,
  type PlanAnswer,
  type PlanRequest,
} from '@duovir/protocol';
import { clock, enrol, packs, planRequest, trust } from '../agent.fixture.ts';
import { createPlanner } from './planner.ts';

const { signer, principal } = enrol('planner', 'planner');
const planner = createPlanner({ signer, packs, clock, trust, model: null });

async function post(body: unknown): Promise<Response> {
  return planner.request('/v1/plans', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
const ask = async (request: PlanRequest): Promise<PlanAnswer> =>
  planAnswerSchema.parse(await (await post(request)).json());

test('a known goal becomes a plan that the planner has signed', async () => {
  const request = planRequest({
    goal: 'Cluster PostgreSQL: one primary and two streaming replicas',
    occupiedPorts: [5432],
  });
  const answer = await ask(request);
  if (answer.kind !== 'plan') throw new Error(JSON.stringify(answer));
  const { plan } = answer;
  const statement = openStatement(answer.envelope, 'plan', principal);
  expect(statement.subject).toBe(planDigest(plan));
  expect(statement.predicate).toEqual({
    revision: 1,
    pack: 'postgres',
    playbook: 'cluster',
    commitment: commitTo(request.commitmentSalt, canonicalJson(plan)),
    brain: 'playbook',
    tokens: 0,
    calls: [],
  });
  expect(plan.steps.map(({ id }) => id)).toEqual([
    'sandbox',
    'config-directory',
    'access-rules',
    'primary-data',
    'primary-config',
    'primary',
    'replication-role',
    'slot-1',
    'slot-2',
    'replica-data-1',
    'replica-data-2',
    'replica-config-1',
    'replica-config-2',
    'replica-1',
    'replica-2',
    'canary',
  ]);
  expect(plan.steps.every(({ id, verify }) => id === 'sandbox' || verify.length > 0)).toBe(true);
  expect(await ask(request)).toEqual(answer);
});

test('an unknown goal is refused with the nearest playbooks, signed as well', async () => {
  const request = planRequest({ goal: 'Install WordPress' });
  const answer = await ask(request);
  if (answer.kind !== 'refused') throw new Error('expected a refusal');
  expect(answer).toMatchObject({ reason: 'goal-unknown' });
  expect(answer.nearest.length).toBeGreaterThan(0);
  const statement = openStatement(answer.envelope, 'plan-refusal', principal);
  expect(statement.subject).toBe(digestOf(request.accepted));
});

test('inputs that do not fit are refused by name and reason', async () => {
  const answer = await ask(planRequest({ goal: 'Cluster Redis', inputs: { port: 'many', colour: 'red' } }));
  if (answer.kind !== 'refused') throw new Error('expected a refusal');
  expect(answer.reason).toBe('inputs-invalid');
  expect(answer.explanation).toContain('colour: There is no such input; there is port, busPort, masters.');
  expect(answer.explanation).toContain('port: It must be an integer');
});

test('two goals in one are ambiguous', async () => {
  expect(await ask(planRequest({ goal: 'Cluster PostgreSQL and Redis' }))).toMatchObject({ reason: 'goal-ambiguous' });
});

test('a named playbook is taken without a search, or refused', async () => {
  const named = await ask(planRequest({ goal: 'whatever', playbook: 'nginx/load-balancer' }));
  expect(named).toMatchObject({ kind: 'plan', plan: { source: { pack: 'nginx', playbook: 'load-balancer' } } });
  expect(await ask(planRequest({ goal: 'whatever', playbook: 'nginx/none' }))).toMatchObject({
    reason: 'goal-unknown',
  });
});

test('a malformed request is refused before anything is signed', async () => {
  expect((await post({ goal: 'Cluster Redis' })).status).toBe(400);
  expect((await post({ ...planRequest({ goal: 'x' }), extra: 1 })).status).toBe(400);
});
