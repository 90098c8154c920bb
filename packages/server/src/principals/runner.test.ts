import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKey, loadSigner, principalApp, serveUnix, UnixClient } from '@duovir/principal';
import { signEnvelope, type Envelope, type ExecuteRequest, type ExecutionEvent } from '@duovir/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runner } from './runner.ts';

const PERMIT = 'permit-1';
let folder: string;
let socket: string;
let receipt: Envelope;
let client: UnixClient;
const closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'duovir-runner-'));
  socket = join(folder, 'runner.sock');
  createKey(folder);
  receipt = await signEnvelope(loadSigner(folder, 'runner'), { done: true });
  client = new UnixClient(socket);
});
afterEach(async () => {
  client.close();
  for (const close of closers.splice(0)) await close();
  rmSync(folder, { recursive: true });
});

const log = (text: string): ExecutionEvent => ({ kind: 'log', stream: 'stdout', text });
const end = (): ExecutionEvent => ({ kind: 'receipt', receipt, stdout: '', stderr: '', sandbox: null });
const request = { plan: { run: 'run-a', steps: [{ timeoutMs: 1000 }] } } as unknown as ExecuteRequest;

type State = 'unknown' | 'running' | 'finished' | 'interrupted';

/** A runner's side of the wire, over a real socket: each life of it says what it knows and streams what it has. */
async function life(script: {
  readonly states: State[];
  readonly streams: (readonly ExecutionEvent[])[];
  /** Never ends by itself: only the death of the process breaks it off. */
  readonly hangs?: boolean;
}): Promise<{ readonly asked: string[]; close(): Promise<void> }> {
  const asked: string[] = [];
  const app = principalApp();
  const stream = (): Response => {
    const events = script.streams.shift() ?? [];
    return new Response(
      new ReadableStream({
        start: async (controller) => {
          for (const event of events) controller.enqueue(Buffer.from(`${JSON.stringify(event)}\n`));
          await sleep(20);
          if (!script.hangs) controller.close();
        },
      }),
    );
  };
  app.get('/v1/executions/:permit', (context) => context.json({ state: script.states.shift() ?? 'finished' }));
  app.post('/v1/executions', async () => {
    asked.push('execute');
    return stream();
  });
  app.get('/v1/executions/:permit/events', () => {
    asked.push('join');
    return stream();
  });
  app.get('/v1/sandboxes/:run', (context) =>
    context.json({ code: 'sandbox-absent', detail: 'none', remedy: 'open one' }, 404),
  );
  const server = await serveUnix(app, socket);
  closers.push(() => server.close());
  return { asked, close: () => server.close() };
}

async function execute(lines: string[] = []): Promise<{ readonly kind: string; readonly lines: string[] }> {
  const port = runner(client, async () => {});
  const { kind } = await port.execute(request, PERMIT, (_, text) => lines.push(text));
  return { kind, lines };
}

test('an unknown permit is sent, and its output comes as it is written', async () => {
  const { asked } = await life({ states: ['unknown'], streams: [[log('a'), log('b'), end()]] });
  expect(await execute()).toEqual({ kind: 'receipt', lines: ['a', 'b'] });
  expect(asked).toEqual(['execute']);
});

test('a permit that is being executed is joined, not sent again (Invariant 11)', async () => {
  const { asked } = await life({ states: ['running'], streams: [[log('b'), end()]] });
  expect(await execute()).toEqual({ kind: 'receipt', lines: ['b'] });
  expect(asked).toEqual(['join']);
});

test('a finished one gives its receipt', async () => {
  const { asked } = await life({ states: ['finished'], streams: [[end()]] });
  expect((await execute()).kind).toBe('receipt');
  expect(asked).toEqual(['join']);
});

test('a connection lost in the middle leads to the question what became of it', async () => {
  const { asked } = await life({ states: ['unknown', 'running'], streams: [[log('a')], [end()]] });
  expect(await execute()).toEqual({ kind: 'receipt', lines: ['a'] });
  expect(asked).toEqual(['execute', 'join']);
});

test('a runner that dies and comes back without a receipt has interrupted the execution', async () => {
  const first = await life({ states: ['unknown'], streams: [[log('a')]], hangs: true });
  const lines: string[] = [];
  const execution = execute(lines);
  await expect.poll(() => lines).toEqual(['a']);
  await first.close();
  closers.length = 0;
  await sleep(300);
  await life({ states: ['interrupted'], streams: [] });
  expect(await execution).toEqual({ kind: 'interrupted', lines: ['a'] });
});

test('a run without a living sandbox has none', async () => {
  await life({ states: [], streams: [] });
  expect(await runner(client, async () => {}).sandbox('run-a')).toBeNull();
});
