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

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

const json = { 'content-type': 'application/json' };

/** A run of Ann's whose motion waits for people. */
async function waiting(): Promise<{ run: string; motion: Digest }> {
  const answer = await server.ask('/v1/runs', {
    method: 'POST',
    body: JSON.stringify({ goal: 'Delete everything', target: 'sandbox' }),
    headers: json,
  });
  const { id: run } = runViewSchema.parse(await answer.json());
  const motion = digestOf({ run });
  await server.api.runs.recordMotion({
    run,
    digest: motion,
    kind: 'plan',
    revision: 1,
    riskClass: 'R3',
    reasons: ['risk.deletes'],
  });
  const until = '2099-01-01T00:00:00.000Z';
  await server.api.runs.setState(
    run,
    { kind: 'waiting', motion, riskClass: 'R3', people: ['bob'], needed: 1, until },
    {},
  );
  return { run, motion };
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
    needed: 1,
    given: [],
    reasons: ['risk.deletes'],
  });
  const approval = await sign({ run, motion });
  expect((await give(run, motion, approval)).status).toBe(201);
  expect(await server.api.runs.approvals(motion)).toEqual([approval]);
  expect(server.woken).toContainEqual({ run, motion });
  const [entry] = await server.api.log.entries({ run });
  expect(entry?.kind).toBe('approval');
});

test('who says it twice has said it once', async () => {
  const { run, motion } = await waiting();
  const [first, second] = await Promise.all([sign({ run, motion }), sign({ run, motion, verdict: 'reject' })]);
  await give(run, motion, first);
  expect((await give(run, motion, second)).status).toBe(201);
  expect(await server.api.runs.approvals(motion)).toEqual([first]);
  expect(await server.api.log.entries({ run })).toHaveLength(1);
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
  expect(await server.api.log.entries({ run })).toEqual([]);
});
