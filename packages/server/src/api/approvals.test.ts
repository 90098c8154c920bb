import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  digestOf,
  problemSchema,
  runViewSchema,
  signStatement,
  type ApprovalView,
  type Digest,
  type Envelope,
} from '@duovir/protocol';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { startApi, type Person, type TestApi } from './api.fixture.ts';
import { referMotion } from './referred-motion.fixture.ts';

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

const json = { 'content-type': 'application/json' };

/** A run of Ann's whose motion waits for people. */
async function waiting(trustPolicy?: Digest): Promise<{ run: string; motion: Digest }> {
  const answer = await server.ask('/v1/runs', {
    method: 'POST',
    body: JSON.stringify({
      goal: 'Delete everything',
      target: 'sandbox',
      environment: 'production',
      dataClass: 'cardholder',
    }),
    headers: json,
  });
  const { id: run } = runViewSchema.parse(await answer.json());
  return { run, motion: await referMotion(server, trustPolicy === undefined ? { run } : { run, trustPolicy }) };
}

async function approvals(run: string): Promise<number> {
  return (await server.api.log.entries({ run })).filter(({ kind }) => kind === 'approval').length;
}

interface Saying {
  readonly run: string;
  readonly motion: Digest;
  readonly by?: Person;
  readonly trustPolicy?: Digest;
  readonly verdict?: 'approve' | 'reject';
}

function sign({ run, motion, by = 'bob', trustPolicy, verdict = 'approve' }: Saying): Promise<Envelope> {
  return signStatement(server.signer(by), {
    kind: 'approval',
    run,
    time: '2026-01-01T00:00:00.000Z',
    subject: motion,
    predicate: { verdict, trustPolicy: trustPolicy ?? server.api.trust.current().digest },
  });
}

async function give(run: string, motion: Digest, approval: Envelope, as: Person = 'bob'): Promise<Response> {
  return server.ask(`/v1/runs/${run}/approvals`, {
    method: 'POST',
    as,
    body: JSON.stringify({ motion, approval }),
    headers: json,
  });
}

async function codeOf(answer: Response): Promise<string> {
  return problemSchema.parse(await answer.json()).code;
}

test("a person's signature is in the ledger, counts, and wakes the run", async () => {
  const { run, motion } = await waiting();
  const listed = (await (await server.ask('/v1/approvals')).json()) as { items: ApprovalView[] };
  expect(listed.items.find((view) => view.run === run)).toMatchObject({
    motion,
    environment: 'production',
    dataClass: 'cardholder',
    needed: 3,
    given: [],
    reasons: ['risk.deletes'],
    explanation: expect.stringContaining('0 of 3 people have approved'),
    trustPolicy: server.api.trust.current().digest,
  });
  const rule = listed.items.find((view) => view.run === run)?.rule;
  expect(rule).toContainEqual({ what: 'people', needed: 3, counted: 0 });
  expect(rule).toContainEqual({ what: 'reviewers with a verdict', needed: 1, counted: 0 });
  const approval = await sign({ run, motion });
  expect((await give(run, motion, approval)).status).toBe(201);
  expect(await server.api.runs.approvals(motion)).toEqual([approval]);
  expect(server.woken).toContainEqual({ run, motion });
  expect(await approvals(run)).toBe(1);
});

test('who says it twice has said it once', async () => {
  const { run, motion } = await waiting();
  const [first, second] = await Promise.all([sign({ run, motion }), sign({ run, motion, verdict: 'reject' })]);
  await give(run, motion, first);
  expect((await give(run, motion, second)).status).toBe(201);
  expect(await server.api.runs.approvals(motion)).toEqual([first]);
  expect(await approvals(run)).toBe(1);
});

test('nobody approves what he requested (Invariant 2)', async () => {
  const { run, motion } = await waiting();
  const answer = await give(run, motion, await sign({ run, motion, by: 'ann' }), 'ann');
  expect([answer.status, await codeOf(answer)]).toEqual([403, 'separation']);
});

test("nobody sends another's signature as his own, and nobody who is not enrolled counts", async () => {
  const { run, motion } = await waiting();
  expect(await codeOf(await give(run, motion, await sign({ run, motion, by: 'ann' })))).toBe('approval-foreign');
  expect(await codeOf(await give(run, motion, await sign({ run, motion, by: 'eve' }), 'eve'))).toBe('forbidden');
});

test('a changed byte, another motion, another run or another policy void it', async () => {
  const { run, motion } = await waiting();
  const other = await waiting();
  const good = await sign({ run, motion });
  const forged = { ...good, payload: (await sign({ run, motion, verdict: 'reject' })).payload };
  expect(await codeOf(await give(run, motion, forged))).toBe('approval-invalid');
  expect(await codeOf(await give(run, motion, await sign({ run, motion: other.motion })))).toBe('approval-invalid');
  expect(await codeOf(await give(run, motion, await sign({ run: other.run, motion })))).toBe('approval-invalid');
  const stale = await sign({ run, motion, trustPolicy: digestOf('old') });
  expect(await codeOf(await give(run, motion, stale))).toBe('approval-invalid');
  expect(await codeOf(await give(run, other.motion, good))).toBe('motion-not-waiting');
  expect(await server.api.runs.approvals(motion)).toEqual([]);
  expect(await approvals(run)).toBe(0);
});

test('a motion that was frozen under another trust policy is not approved under any', async () => {
  const old = digestOf('the policy before');
  const { run, motion } = await waiting(old);
  const remedy = 'under the trust policy in force';
  for (const trustPolicy of [old, server.api.trust.current().digest]) {
    const answer = await give(run, motion, await sign({ run, motion, trustPolicy }));
    const problem = problemSchema.parse(await answer.json());
    expect(problem).toMatchObject({ status: 409, code: 'motion-stale', remedy: expect.stringContaining(remedy) });
  }
  expect(await approvals(run)).toBe(0);
});

test('whoever approved under an old policy is asked again under the new one', async () => {
  const { run, motion } = await waiting();
  const trustPolicy = digestOf('the policy before');
  const entry = 1;
  const time = '2026-01-01T00:00:00.000Z';
  const envelope = await sign({ run, motion, trustPolicy });
  await server.api.approvals.give({
    run,
    motion,
    person: 'bob',
    trustPolicy,
    verdict: 'approve',
    envelope,
    entry,
    time,
  });
  const again = await sign({ run, motion });
  expect((await give(run, motion, again)).status).toBe(201);
  expect(await server.api.runs.approvals(motion)).toEqual([envelope, again]);
  expect(await server.api.approvals.given(motion, server.api.trust.current().digest)).toHaveLength(1);
});

test('a superseded revision and a decided motion are refused, each by its name', async () => {
  const { run, motion } = await waiting();
  const newer = await referMotion(server, { run, revision: 2 });
  expect(await codeOf(await give(run, motion, await sign({ run, motion })))).toBe('motion-superseded');
  await server.api.runs.recordVerdict(newer, 'carried', 'One of one approves.');
  await server.api.runs.setState(run, { kind: 'running', stage: 'execute' }, {});
  expect(await codeOf(await give(run, newer, await sign({ run, motion: newer })))).toBe('motion-decided');
  expect(await approvals(run)).toBe(0);
});
