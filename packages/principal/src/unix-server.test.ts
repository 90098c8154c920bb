import { request } from 'node:http';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { UnixClient } from './unix-client.ts';
import { principalApp, serveUnix } from './unix-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'duovir-unix-'));
const socket = join(folder, 'a.sock');
let server: Awaited<ReturnType<typeof serveUnix>>;
let client: UnixClient;

beforeEach(async () => {
  client = new UnixClient(socket);
  const app = principalApp();
  app.post('/v1/double', async (context) =>
    context.json({ value: z.strictObject({ value: z.int() }).parse(await context.req.json()).value * 2 }),
  );
  app.get('/v1/lines', (context) => context.body('{"n":1}\n{"n":2}\n'));
  app.get(
    '/v1/endless',
    () => new Response(new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('{"n":1}\n')) })),
  );
  app.get('/v1/broken', () => {
    throw new Error('secret detail');
  });
  server = await serveUnix(app, socket);
});
afterEach(async () => {
  client.close();
  await server.close();
  rmSync(socket, { force: true });
});

test('only the own user can open the socket', () => {
  expect(statSync(socket).mode & 0o777).toBe(0o600);
});

test('a folder that is missing is made, for the own user alone', async () => {
  const other = await serveUnix(principalApp(), join(folder, 'new', 'socket'));
  expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700);
  await other.close();
});

test('the group of a folder that hands its group on can call', async () => {
  const shared = join(folder, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o2750);
  const other = await serveUnix(principalApp(), join(shared, 'socket'));
  expect(statSync(join(shared, 'socket')).mode & 0o777).toBe(0o660);
  await other.close();
});

test('answers are parsed, and an answer of another shape is refused', async () => {
  expect(await client.call({ path: '/v1/double', body: { value: 21 } }, z.strictObject({ value: z.int() }))).toEqual({
    value: 42,
  });
  await expect(
    client.call({ path: '/v1/double', body: { value: 21 } }, z.strictObject({ other: z.int() })),
  ).rejects.toMatchObject({ code: 'answer-malformed' });
});

test('a line is an object, one by one', async () => {
  const seen: number[] = [];
  for await (const { n } of client.lines({ path: '/v1/lines' }, z.object({ n: z.int() }))) seen.push(n);
  expect(seen).toEqual([1, 2]);
});

test('a peer that dies in the middle of its lines is unreachable, not an unknown error', async () => {
  const lines = client.lines({ path: '/v1/endless' }, z.object({ n: z.int() }));
  expect(await lines.next()).toMatchObject({ value: { n: 1 } });
  await server.close();
  await expect(lines.next()).rejects.toMatchObject({ code: 'unreachable', consequence: 'retry' });
});

test.each([
  ['an unknown field', JSON.stringify({ value: 1, extra: true })],
  ['no JSON at all', '{"value":'],
])('%s is a 400 with a remedy', async (_, body) => {
  const { status, text } = await raw('/v1/double', body);
  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({ code: 'malformed', remedy: expect.any(String) });
});

test('what fails inside is not told outside', async () => {
  await expect(client.call({ path: '/v1/broken' }, z.unknown())).rejects.toMatchObject({
    code: 'answer-refused',
    message: expect.not.stringContaining('secret'),
  });
});

test('nobody at the socket is an error worth a retry', async () => {
  await expect(new UnixClient(join(folder, 'none.sock')).call({ path: '/' }, z.unknown())).rejects.toMatchObject({
    code: 'unreachable',
    consequence: 'retry',
  });
});

async function raw(path: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { socketPath: socket, agent: false, path, method: 'POST', headers: { 'content-type': 'application/json' } },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
