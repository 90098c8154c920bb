import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { problemSchema, runViewSchema } from '@duovir/protocol';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { systemRandom } from '../random.ts';
import { startApi, type Person, type TestApi } from './api.fixture.ts';
import { newRunId } from './run-id.ts';

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

async function accept(): Promise<string> {
  const run = newRunId(systemRandom);
  const request = { goal: 'Cluster it', target: 'sandbox', inputs: {}, environment: 'development' } as const;
  await server.api.runs.accept({
    run,
    requester: 'ann',
    acceptedAt: new Date().toISOString(),
    request: { ...request, dataClass: 'internal', occupiedPorts: [] },
  });
  return run;
}

async function asking(): Promise<string> {
  const run = await accept();
  const until = new Date(Date.now() + 60_000).toISOString();
  await server.api.runs.setState(run, { kind: 'asking', question: 'Redis or PostgreSQL?', until }, {});
  return run;
}

const answer = (run: string, text: string, as: Person = 'ann'): Promise<Response> =>
  server.ask(`/v1/runs/${run}/clarification`, {
    as,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ answer: text }),
  });

async function refusal(response: Response): Promise<[number, string]> {
  const { status, code } = problemSchema.parse(await response.json());
  return [status, code];
}

test('an answer is kept for the engine, which is woken', async () => {
  const run = await asking();
  const response = await answer(run, 'PostgreSQL', 'bob');
  expect(response.status).toBe(202);
  expect(runViewSchema.parse(await response.json()).state.kind).toBe('asking');
  expect(await server.api.runs.clarification(run)).toEqual({ person: 'bob', answer: 'PostgreSQL' });
  expect(server.asked).toContain(run);
});

test('the first answer counts; sent again, it is the same answer', async () => {
  const run = await asking();
  const responses = await Promise.all([answer(run, 'PostgreSQL', 'bob'), answer(run, 'Redis', 'ann')]);
  expect(responses.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([202, 409]);
  const first = await server.api.runs.clarification(run);
  const again = await answer(run, first?.answer ?? '', first?.person === 'ann' ? 'ann' : 'bob');
  expect(again.status).toBe(202);
});

test('a run that asks nothing takes no answer', async () => {
  expect(await refusal(await answer(await accept(), 'Yes'))).toEqual([409, 'question-closed']);
  expect(await refusal(await answer('run-aaaaaaaaaaaaaaaaaaaa', 'Yes'))).toEqual([404, 'run-unknown']);
  expect(await refusal(await answer(await asking(), ''))).toEqual([422, 'request-invalid']);
});

test('a run that asks can be stopped', async () => {
  const run = await asking();
  expect((await server.ask(`/v1/runs/${run}/cancel`, { method: 'POST' })).status).toBe(202);
  expect(server.asked.filter((asked) => asked === run)).toHaveLength(1);
});
