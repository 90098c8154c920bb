import { request } from 'node:http';
import { connect } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { problemSchema, type Problem } from '@duovir/protocol';
import { freshDatabase } from '../postgres/fresh-database.ts';
import { startApi, type TestApi } from './api.fixture.ts';
import { endpointsOf } from './app.ts';

let server: TestApi;
beforeAll(async () => {
  server = await startApi(await freshDatabase(inject('postgres')));
});
afterAll(() => server.close());

const good = { goal: 'Anything', target: 'sandbox' };

function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return server.ask(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}

async function problemOf(answer: Response): Promise<Problem> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = problemSchema.parse(await answer.json());
  expect(problem.status).toBe(answer.status);
  expect(problem.remedy).not.toBe('');
  return problem;
}

async function refused(answer: Response, status: number, code: string): Promise<Problem> {
  const problem = await problemOf(answer);
  expect([answer.status, problem.code]).toEqual([status, code]);
  return problem;
}

test('without a valid token nothing is told', async () => {
  for (const { path, method, access } of endpointsOf(server.api)) {
    if (access === 'public') continue;
    const url = server.url + path.replaceAll(/\{\w+\}/g, '1');
    for (const authorization of ['', 'Bearer wrong', `Basic ${server.token('ann')}`, `Bearer ${server.token('ann')}x`])
      await refused(
        await fetch(url, { method: method.toUpperCase(), headers: { authorization } }),
        401,
        'unauthenticated',
      );
  }
  await refused(await server.ask('/v1/runs', { as: 'eve' }), 403, 'forbidden');
});

test('a page that has resolved its own name to this server is refused', async () => {
  const answer = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { host: 'evil.example:80', authorization: `Bearer ${server.token('ann')}` };
    request(`${server.url}/v1/runs`, { headers }, (incoming) => resolve(incoming.resume().statusCode))
      .once('error', reject)
      .end();
  });
  expect(answer).toBe(421);
});

test('each way of being wrong has its own answer', async () => {
  const json = JSON.stringify;
  await refused(await server.ask('/v1/nothing'), 404, 'path-unknown');
  const method = await server.ask('/v1/runs', { method: 'DELETE' });
  expect(method.headers.get('allow')).toBe('POST, GET');
  await refused(method, 405, 'method-refused');
  await refused(await post('/v1/runs', json(good), { 'content-type': 'text/plain' }), 415, 'media-type-refused');
  await refused(await post('/v1/runs', '{"goal":'), 400, 'json-malformed');
  await refused(await post('/v1/runs', new Uint8Array([0x22, 0xff, 0x22])), 400, 'json-malformed');
  await refused(await post('/v1/runs', '['.repeat(100_000)), 400, 'json-malformed');
  await refused(await post('/v1/runs', json({ ...good, goal: 'x'.repeat(10_000_000) })), 413, 'body-too-large');
  await refused(await server.ask('/v1/runs/run-nothing'), 422, 'request-invalid');
  await refused(await server.ask('/v1/runs/run-aaaaaaaaaaaaaaaaaaaa'), 404, 'run-unknown');
  await refused(await server.ask('/v1/runs?limit=0'), 422, 'request-invalid');
  await refused(await server.ask('/v1/runs?limit=1&limit=2'), 422, 'request-invalid');
  await refused(await server.ask('/v1/runs?colour=red'), 422, 'request-invalid');
  await refused(await server.ask('/v1/runs?cursor=AAAA'), 422, 'request-invalid');
  await refused(await server.ask('/v1/ledger/entries/999999'), 404, 'entry-missing');
  await refused(await server.ask('/v1/ledger/tile/../../etc/passwd'), 404, 'path-unknown');
  await refused(await server.ask('/v1/ledger/tile/0/..%2f..%2fetc%2fpasswd'), 404, 'tile-missing');
  await refused(await server.ask('/v1/why?resource=a&path=b'), 404, 'setting-unknown');
});

test('every wrong field is named by its JSON pointer', async () => {
  const body = { goal: 'a\u0000b', target: 'moon', inputs: { 'a/b': 1 }, extra: true, occupiedPorts: [1, 99_999] };
  const controls = await refused(await post('/v1/runs', JSON.stringify(body)), 422, 'request-invalid');
  expect(controls.errors).toEqual([{ pointer: '/goal', message: 'has control characters' }]);
  const rest = await refused(await post('/v1/runs', JSON.stringify({ ...body, goal: 'a' })), 422, 'request-invalid');
  expect(rest.errors?.map(({ pointer }) => pointer).toSorted()).toEqual([
    '/extra',
    '/inputs/a~1b',
    '/occupiedPorts/1',
    '/target',
  ]);
});

test('values that would change on the way are refused', async () => {
  for (const inputs of ['{"a":1e999}', '{"a":{"__proto__":{"x":1}}}', '{"a":"\\ud800"}', '{"a":{"b\\u001b":1}}'])
    await refused(await post('/v1/runs', `{"goal":"a","target":"sandbox","inputs":${inputs}}`), 422, 'request-invalid');
  expect(({} as { x?: number }).x).toBeUndefined();
});

test('half a request is given up, and the server goes on', async () => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(`POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"goal"`);
  await new Promise((resume) => setTimeout(resume, 50));
  socket.destroy();
  const garbage = connect(Number(port), hostname);
  garbage.end('\u0000\u0001\u0002 not http at all\r\n\r\n');
  await new Promise((resume) => garbage.once('close', resume).resume());
  expect((await server.ask('/v1/runs')).status).toBe(200);
});

test('whatever is sent to whatever endpoint, the answer is a problem and the server lives', async () => {
  const endpoints = endpointsOf(server.api).filter(({ answer }) => answer.media !== 'text/event-stream');
  const text = fc.string({ unit: 'binary', maxLength: 80 });
  const nearly = fc.record(
    {
      goal: fc.oneof(text, fc.jsonValue()),
      target: fc.constantFrom('sandbox', 'production', ''),
      inputs: fc.jsonValue(),
      playbook: fc.oneof(text, fc.constant('core/postgres-cluster')),
      environment: fc.constantFrom('development', 'x'),
      dataClass: text,
      occupiedPorts: fc.array(fc.oneof(fc.integer(), fc.double())),
      motion: fc.oneof(text, fc.constant(`sha256:${'0'.repeat(64)}`)),
      approval: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(nearly, fc.jsonValue({ maxDepth: 6 }), text);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...endpoints),
      fc.constantFrom('1', 'run-aaaaaaaaaaaaaaaaaaaa', '%00', '..', '-1', '0/000', 'x'.repeat(300)),
      body,
      fc.dictionary(text, text, { maxKeys: 2 }),
      async (endpoint, parameter, sent, query) => {
        const path = endpoint.path.replaceAll(/\{\w+\}/g, parameter);
        const search = new URLSearchParams(query).toString();
        const answer = await server.ask(`${path}?${search}`, {
          method: endpoint.method.toUpperCase(),
          ...(endpoint.method === 'post'
            ? {
                body: typeof sent === 'string' ? sent : JSON.stringify(sent),
                headers: { 'content-type': 'application/json' },
              }
            : {}),
        });
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400) await problemOf(answer);
        else await answer.arrayBuffer();
      },
    ),
    { numRuns: 400 },
  );
  expect((await fetch(`${server.url}/v1/health`)).status).toBe(200);
});

test('no answer can be framed, cached or sniffed', async () => {
  for (const answer of [
    await server.ask('/v1/runs'),
    await server.ask('/v1/nothing'),
    await fetch(`${server.url}/openapi.json`),
  ]) {
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    await answer.arrayBuffer();
  }
});
