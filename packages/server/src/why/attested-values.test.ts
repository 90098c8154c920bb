import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  envelopeDigest,
  planDigest,
  problemSchema,
  whyAnswerSchema,
  whyChangeSchema,
  whyPlacesSchema,
  whyRebuildSchema,
  type WhyAnswer,
} from '@duovir/protocol';
import { startApi, type TestApi } from '../api/api.fixture.ts';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { ToldRun } from './told-run.fixture.ts';

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

async function why(resource: string, path?: string, at?: number): Promise<WhyAnswer> {
  const query = new URLSearchParams({
    resource,
    ...(path === undefined ? {} : { path }),
    ...(at === undefined ? {} : { at: `${at}` }),
  });
  const answer = await server.ask(`/v1/why?${query.toString()}`);
  expect(answer.status).toBe(200);
  return whyAnswerSchema.parse(await answer.json());
}

async function code(query: string): Promise<string> {
  return problemSchema.parse(await (await server.ask(query)).json()).code;
}

const manifest = (replicas: number, image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: ${replicas}
  template: {spec: {containers: [{name: log, image: 'log:1'}, {name: web, image: '${image}'}]}}
`;

test('a field of a manifest is found by pointer, by names and by positions', async () => {
  const run = new ToldRun(server);
  const { plan } = await run.tell([{ id: 'manifest', path: '/workspace/web.yaml', content: manifest(3, 'web:1.2') }]);
  await run.settle();
  const image = await why('Deployment/shop/web', '/spec/template/spec/containers/web/image');
  expect(image).toMatchObject({
    value: 'web:1.2',
    run: run.id,
    motion: planDigest(plan),
    requester: 'ann',
    policy: { version: 1 },
    cost: { tokens: 120, microUsd: 3400 },
  });
  expect(image.chain.map(({ kind }) => kind)).toEqual([
    'setting',
    'attestation',
    'receipt',
    'permit',
    'verdict',
    'opinion',
    'motion',
    'plan',
    'request',
    'settlement',
  ]);
  for (const path of [
    'spec.template.spec.containers[1].image',
    'spec.template.spec.containers[name=web].image',
    '/spec/template/spec/containers/1/image',
  ])
    expect(await why('Deployment/shop/web', path)).toMatchObject({ value: 'web:1.2', pointer: image.pointer });
  expect(await why('/workspace/web.yaml')).toMatchObject({ path: '', value: { kind: 'digest', leaves: 9 } });
});

test('as it was then, and as it is now', async () => {
  const path = '/workspace/redis.conf';
  const first = new ToldRun(server);
  await first.tell([{ id: 'config', path, content: 'maxmemory 1gb\nport 6379\n' }]);
  const then = await why(path, 'maxmemory');
  const second = new ToldRun(server);
  await second.tell([{ id: 'config', path, content: 'maxmemory 2gb\n' }]);
  expect(await why(path, 'maxmemory')).toMatchObject({ value: '2gb', before: ['1gb'], run: second.id });
  expect(await why(path, 'maxmemory', then.entry)).toMatchObject({ value: '1gb', run: first.id });
  expect(await code(`/v1/why?resource=${path}&path=maxmemory&at=${then.entry - 1}`)).toBe('setting-unknown');
  expect(await code(`/v1/why?resource=${path}&path=maxmemory&at=2001-01-01T00:00:00Z`)).toBe('setting-unknown');
  expect(await why(path, 'port')).toMatchObject({ value: { kind: 'absent' }, run: second.id, before: [6379] });
});

test('what was undone stands no longer, and what was there before does', async () => {
  const path = '/workspace/app.toml';
  const first = new ToldRun(server);
  await first.tell([{ id: 'config', path, content: 'workers = 4\n' }]);
  const second = new ToldRun(server);
  const { plan, verdict } = await second.tell([{ id: 'config', path, content: 'workers = 9\n' }]);
  const before = await why(path, 'workers');
  const undone = await second.carryOut(plan, verdict, 'config', 'compensate');
  const after = await why(path, 'workers');
  expect([before.value, after.value]).toEqual([9, 4]);
  expect(after.history.map(({ value, undone: at }) => [value, at])).toEqual([
    [9, undone],
    [4, null],
  ]);
});

test('rejected revisions, changed votes and what was against it are told', async () => {
  const run = new ToldRun(server);
  await run.request();
  const rejected = run.plan([{ id: 'config', path: '/workspace/a.json', content: '{"level": 1}' }], 1);
  await run.vote(rejected, ['reject']);
  const carried = run.plan([{ id: 'config', path: '/workspace/a.json', content: '{"level": 2}' }], 2);
  await run.carryOut(carried, await run.vote(carried, ['reject', 'approve']), 'config');
  const answer = await why('/workspace/a.json', 'level');
  expect(answer).toMatchObject({ value: 2, before: [1] });
  const marked = answer.chain.filter(({ mark }) => mark !== null).map(({ kind, mark }) => `${kind} ${mark}`);
  expect(marked).toEqual(['opinion changed', 'alternative rejected']);
  const place = answer.chain.findIndex(({ kind }) => kind === 'alternative');
  const against = answer.chain.filter(({ of }) => of === place).map(({ kind }) => kind);
  expect(against).toEqual(['verdict']);
});

test('what a decision, an agent and a policy have changed is listed, newest first, page by page', async () => {
  const run = new ToldRun(server);
  const { plan, verdict } = await run.tell([
    { id: 'one', path: '/workspace/one.ini', content: 'a = 1\nb = 2\n' },
    { id: 'two', path: '/workspace/two.ini', content: 'c = 3\n' },
  ]);
  const places: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await server.ask(
      `/v1/why/changes?decision=${run.id}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    const body = (await page.json()) as { items: unknown[]; cursor: string | null };
    places.push(
      ...body.items.map((item) => whyChangeSchema.parse(item)).map(({ resource, path }) => `${resource} ${path}`),
    );
    cursor = body.cursor;
  }
  expect(places).toEqual([
    '/workspace/two.ini c',
    '/workspace/two.ini ',
    '/workspace/one.ini b',
    '/workspace/one.ini a',
    '/workspace/one.ini ',
  ]);
  const count = async (query: string): Promise<number> => {
    const body = (await (await server.ask(`/v1/why/changes?limit=500&${query}`)).json()) as { items: unknown[] };
    return body.items.length;
  };
  expect(await count(`decision=${planDigest(plan)}`)).toBe(5);
  expect(await count(`decision=${envelopeDigest(verdict.envelope)}`)).toBe(5);
  const all = await count('policy=1');
  expect(all).toBeGreaterThan(5);
  for (const agent of ['planner', 'reviewer-security', 'runner', 'ann'])
    expect(await count(`agent=${agent}`)).toBe(all);
  expect(await count('agent=healer')).toBe(0);
  expect(await code('/v1/why/changes')).toBe('request-invalid');
  expect(await code('/v1/why/changes?policy=77')).toBe('trust-policy-unknown');
});

test('resources and their paths can be browsed by how they begin', async () => {
  const places = async (query: string): Promise<string[]> =>
    whyPlacesSchema
      .parse(await (await server.ask(`/v1/why/places?${query}`)).json())
      .items.map(({ resource, path }) => `${resource} ${path}`);
  expect(await places('prefix=Dep')).toEqual(['Deployment/shop/web ']);
  expect(await places('resource=Deployment/shop/web&prefix=spec.tem')).toEqual([
    'Deployment/shop/web spec.template.spec.containers.log.image',
    'Deployment/shop/web spec.template.spec.containers.log.name',
    'Deployment/shop/web spec.template.spec.containers.web.image',
    'Deployment/shop/web spec.template.spec.containers.web.name',
  ]);
  expect(await places('resource=Deployment/shop/web&prefix=nothing')).toEqual([]);
});

test('no value stands in the index in clear', async () => {
  const secret = ['kept', 'from', 'everybody', 'here'].join('-');
  const run = new ToldRun(server);
  await run.tell([{ id: 'config', path: '/workspace/motd.yaml', content: `text: ${secret}\npassword: ${secret}\n` }]);
  expect(await why('/workspace/motd.yaml', 'text')).toMatchObject({ value: secret });
  expect(await why('/workspace/motd.yaml', 'password')).toMatchObject({ value: { kind: 'hidden' } });
  const rows = await server.api.database.query(
    `select value::text as row from duovir.why_value value union all select step::text from duovir.why_step step
     union all select place::text from duovir.why_place place`,
  );
  expect(rows.length).toBeGreaterThan(10);
  const text = rows.map(({ row }) => String(row)).join('\n');
  expect(text).not.toContain(secret);
  expect(text).not.toContain(Buffer.from(secret).toString('hex'));
});

test('a plan that is shredded leaves who decided, and no value', async () => {
  const run = new ToldRun(server);
  const { plan } = await run.tell([{ id: 'config', path: '/workspace/gone.json', content: '{"a": 1}' }]);
  expect(await why('/workspace/gone.json', 'a')).toMatchObject({ value: 1 });
  await server.api.database.query(
    'update duovir.document set key = null, salt = null, sealed = null, shredded_by = 1 where digest = $1',
    [planDigest(plan)],
  );
  const answer = await why('/workspace/gone.json', 'a');
  expect(answer.value).toEqual({ kind: 'shredded' });
  expect(answer.chain.map(({ kind }) => kind)).toContain('permit');
});

async function rebuild(as: 'bob' | 'ann' = 'bob'): Promise<Response> {
  return server.ask('/v1/why/rebuild', { as, method: 'POST' });
}

test('the index is built again from ledger and plans, and what somebody has done to it is said', async () => {
  const run = new ToldRun(server);
  await run.tell([{ id: 'config', path: '/workspace/limits.json', content: '{"most": 10}' }]);
  const honest = await why('/workspace/limits.json', 'most');
  expect((await rebuild('ann')).status).toBe(403);
  expect(whyRebuildSchema.parse(await (await rebuild()).json())).toMatchObject({ differed: 0 });
  await server.api.database.query('update duovir.why_step set motion = $2 where run = $1', [
    run.id,
    `sha256:${'0'.repeat(64)}`,
  ]);
  await server.api.database.query(
    `insert into duovir.why_step (entry, run, step, motion, target, identity, time)
     values (999999, 'run-invented', 'x', 'x', 'sandbox', 'x', now())`,
  );
  const rebuilt = whyRebuildSchema.parse(await (await rebuild()).json());
  expect(rebuilt.differed).toBe(2);
  expect(rebuilt.examples).toEqual([run.id, 'run-invented']);
  expect(await why('/workspace/limits.json', 'most')).toMatchObject({ value: 10, entry: honest.entry });
  expect(whyRebuildSchema.parse(await (await rebuild()).json())).toMatchObject({ differed: 0 });
});

test('a value that was moved to another row does not open there', async () => {
  const run = new ToldRun(server);
  await run.tell([{ id: 'config', path: '/workspace/moved.json', content: '{"a": 1, "b": 2}' }]);
  expect(await why('/workspace/moved.json', 'a')).toMatchObject({ value: 1 });
  await server.api.database.query(
    `update duovir.why_value value set sealed = other.sealed from duovir.why_value other
     where value.resource = '/workspace/moved.json' and value.path = '/a'
       and other.resource = value.resource and other.path = '/b'`,
  );
  expect(await code('/v1/why?resource=/workspace/moved.json&path=a')).toBe('why-index-altered');
  await rebuild();
  expect(await why('/workspace/moved.json', 'a')).toMatchObject({ value: 1 });
});

test('what another tenant has set is neither explained nor listed', async () => {
  const run = new ToldRun(server);
  await run.tell([{ id: 'config', path: '/workspace/private.json', content: '{"a": 1}' }]);
  const asDan = async (path: string): Promise<unknown> => (await server.ask(path, { as: 'dan' })).json();
  expect(await asDan('/v1/why?resource=/workspace/private.json&path=a')).toMatchObject({ code: 'setting-unknown' });
  expect(await asDan('/v1/why/places?prefix=/workspace')).toMatchObject({ items: [] });
  expect(await asDan('/v1/why/places?resource=/workspace/private.json')).toMatchObject({ items: [] });
  expect(await asDan(`/v1/why/changes?decision=${run.id}`)).toMatchObject({ items: [] });
});
