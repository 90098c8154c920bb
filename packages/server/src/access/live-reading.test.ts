import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { defaultAccess, runViewSchema, type TrustPolicy } from '@duovir/protocol';
import { startApi, type Person, type TestApi } from '../api/api.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { AccessGate } from './access-gate.ts';
import { everyScope, type Caller } from './caller.ts';

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

const callerOf = (person: Person): Caller => ({
  person,
  scopes: everyScope,
  credential: `of-${person}`,
  expiresAt: new Date(Date.now() + 60_000),
});

async function newRun(as: Person): Promise<string> {
  const answer = await server.ask('/v1/runs', {
    as,
    method: 'POST',
    body: JSON.stringify({ goal: 'Anything', target: 'sandbox' }),
    headers: { 'content-type': 'application/json' },
  });
  return runViewSchema.parse(await answer.json()).id;
}

let published = 0;
async function publish(run: string): Promise<number> {
  published += 1;
  const event = { type: 'stage-start', body: { stage: 'plan' } } as const;
  return (await server.api.events.publish(run, `event-${published}`, event)).seq;
}

/** What the stream of all runs has told, until `count` events have come. */
async function follow(
  as: Person,
  count: number,
  meanwhile: () => Promise<unknown>,
): Promise<{ run: string; seq: number }[]> {
  const ended = new AbortController();
  const answer = await server.ask('/v1/events', { as, signal: ended.signal });
  const told: { run: string; seq: number }[] = [];
  const doing = meanwhile();
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of answer.body ?? []) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const line = /^data: (.*)$/m.exec(part)?.[1];
      if (line !== undefined) told.push(JSON.parse(line));
    }
    if (told.length >= count) break;
  }
  ended.abort();
  await doing;
  return told.map(({ run, seq }) => ({ run, seq }));
}

test('a live stream names only runs that its reader may read, and loses and repeats none of them', async () => {
  const expected: { run: string; seq: number }[] = [];
  const told = await follow('dan', 60, async () => {
    for (let round = 0; round < 6; round += 1) {
      // New runs all the time: whether they may be read is not known yet when their first event comes.
      const [hers, his] = [await newRun('ann'), await newRun('dan')];
      for (let event = 0; event < 10; event += 1) {
        await publish(hers);
        expected.push({ run: his, seq: await publish(his) });
      }
    }
  });
  expect(told).toEqual(expected);
});

test('a new trust policy decides anew, for those who are reading already', async () => {
  const run = await newRun('ann');
  let current = server.api.trust.current();
  const trust = { ...server.api.trust, current: () => current };
  const reader = new AccessGate({ ...server.api, trust }).reader(callerOf('dan'));
  expect([await reader.mayRead(run), reader.known(run)]).toEqual([false, false]);
  const policies = `${defaultAccess}\npermit (principal, action == Duovir::Action::"read", resource);`;
  current = { policy: { ...current.policy, access: { policies } }, digest: `sha256:${'1'.repeat(64)}` };
  expect(reader.known(run)).toBeUndefined();
  expect([await reader.mayRead(run), reader.known(run)]).toEqual([true, true]);
  const principals = current.policy.principals.filter(({ name }) => name !== 'dan');
  current = { policy: { ...current.policy, principals }, digest: `sha256:${'2'.repeat(64)}` };
  expect(await reader.mayRead(run)).toBe(false);
});

test('a policy may depend on the class of a run: what is known of it is forgotten with each motion', async () => {
  const run = await newRun('ann');
  const policies = `permit (principal, action == Duovir::Action::"read", resource is Duovir::Run) when { resource.riskClass != "R3" };`;
  const { policy } = server.api.trust.current();
  const changed: TrustPolicy = { ...policy, access: { policies } };
  const trust = { ...server.api.trust, current: () => ({ policy: changed, digest: `sha256:${'3'.repeat(64)}` }) };
  const reader = new AccessGate({ ...server.api, trust }).reader(callerOf('dan'));
  expect(await reader.mayRead(run)).toBe(true);
  const motion = `sha256:${'4'.repeat(64)}`;
  await server.api.motions.record({ run, digest: motion, kind: 'plan', revision: 0, riskClass: 'R3', reasons: [] });
  await server.api.events.publish(run, 'frozen', {
    type: 'motion-freeze',
    body: { motion, motionKind: 'plan', revision: 0, riskClass: 'R3', reasons: [], envelope: null, entry: null },
  });
  expect(reader.known(run)).toBeUndefined();
  expect(await reader.mayRead(run)).toBe(false);
});

test('Invariant 6: access policies that cannot be evaluated deny everybody everything', async () => {
  const run = await newRun('ann');
  const { policy } = server.api.trust.current();
  const policies = `permit (principal, action, resource);
    forbid (principal, action, resource) when { 9223372036854775807 + 1 == 0 };`;
  const trust = {
    ...server.api.trust,
    current: () => ({ policy: { ...policy, access: { policies } }, digest: `sha256:${'5'.repeat(64)}` }),
  };
  const gate = new AccessGate({ ...server.api, trust });
  expect(() => gate.demand(callerOf('bob'), 'administer')).toThrow(/overflow/);
  await expect(gate.demandOnRun(callerOf('ann'), 'read', run)).rejects.toMatchObject({ code: 'run-unknown' });
  expect(await gate.reader(callerOf('ann')).mayRead(run)).toBe(false);
});

test('a policy can say who may ask for something in production', async () => {
  const { policy } = server.api.trust.current();
  const policies = `${defaultAccess}
    @id("production") forbid (principal, action == Duovir::Action::"request", resource is Duovir::Run)
    when { resource.environment == "production" } unless { principal in Duovir::Role::"release" };`;
  const trust = {
    ...server.api.trust,
    current: () => ({ policy: { ...policy, access: { policies } }, digest: `sha256:${'6'.repeat(64)}` }),
  };
  const gate = new AccessGate({ ...server.api, trust });
  const accepted = await server.api.runs.accepted(await newRun('ann'));
  expect(() => gate.demandRequest(callerOf('ann'), accepted)).not.toThrow();
  const production = { ...accepted, request: { ...accepted.request, environment: 'production' } } as const;
  expect(() => gate.demandRequest(callerOf('ann'), production)).toThrow(/may not request .*production/);
});
