import { afterEach, beforeEach, expect, test } from 'vitest';
import { actionCallSchema, type ActionCall } from '@duovir/protocol';
import type { ActionResult } from './action-result.ts';
import { LiveSandboxes } from './live-sandboxes.ts';
import { Concealment } from '../restoration/concealment.ts';
import { perform } from './perform.ts';

const RUN = 'run-abcdefghijklmnopqrst';
let sandboxes: LiveSandboxes;

beforeEach(() => {
  sandboxes = new LiveSandboxes();
});
afterEach(() => sandboxes.closeAll());

interface Circumstances {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onOutput?: (stream: 'stdout' | 'stderr', line: string) => void;
}

function act(action: string, input: object, circumstances: Circumstances = {}): Promise<ActionResult> {
  const call: ActionCall = actionCallSchema.parse({ action, with: input });
  return perform(call, {
    run: RUN,
    generation: 1,
    sandboxes,
    timeoutMs: 20_000,
    signal: new AbortController().signal,
    concealment: new Concealment(),
    onOutput: () => undefined,
    ...circumstances,
  });
}

const limits = { memoryBytes: 268_435_456, processes: 128, cpuPercent: 200, workspaceBytes: 67_108_864 };
const open = (occupiedPorts: readonly number[] = []) => act('sandbox.open@1', { hosts: {}, limits, occupiedPorts });
const run = (...argv: string[]) => act('command.run@1', { argv });

const SERVER = `my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => shift, Listen => 4, ReuseAddr => 1)
  or die "cannot bind: $!\\n"; print STDERR "up\\n"; while (1) { my $c = $s->accept or next; close $c }`;
const server = (port: number, more: object = {}) =>
  act('service.start@1', {
    name: 'server',
    argv: ['/usr/bin/perl', '-MIO::Socket::INET', '-e', SERVER, String(port)],
    ready: { port, timeoutMs: 10_000 },
    ...more,
  });

test('files and directories are made with their mode and removed, twice if need be', async () => {
  await open();
  expect(await act('directory.make@1', { path: '/workspace/a/b', mode: '0750' })).toMatchObject({
    outcome: 'succeeded',
  });
  expect(await act('file.write@1', { path: '/workspace/a/b/c', content: 'x', mode: '0640' })).toMatchObject({
    outcome: 'succeeded',
  });
  expect((await run('/usr/bin/stat', '--format=%a', '/workspace/a/b', '/workspace/a/b/c')).stdout.text).toBe(
    '750\n640\n',
  );
  for (let count = 0; count < 2; count++)
    expect(await act('path.remove@1', { path: '/workspace/a' })).toMatchObject({ outcome: 'succeeded' });
  expect(await run('/usr/bin/stat', '/workspace/a')).toMatchObject({ outcome: 'failed', cause: 'exit', exit: 1 });
});

test('a path outside the run is refused by the sandbox itself', async () => {
  await open();
  expect(await act('file.write@1', { path: '/etc/passwd', content: '' })).toMatchObject({ outcome: 'failed' });
  expect(await act('directory.make@1', { path: '/usr/new' })).toMatchObject({ outcome: 'failed', cause: 'exit' });
});

test('a command is told by its own exit, output and end', async () => {
  await open();
  const lines: string[] = [];
  const result = await act(
    'command.run@1',
    { argv: ['/bin/sh', '-c', 'cat; echo no >&2; exit 3'], stdin: 'in\n' },
    { onOutput: (stream, line) => lines.push(`${stream} ${line}`) },
  );
  expect(result).toMatchObject({ outcome: 'failed', cause: 'exit', exit: 3 });
  expect(lines.toSorted()).toEqual(['stderr no', 'stdout in']);
  expect(await act('shell.exec@1', { script: 'echo $((1 + 1))' })).toMatchObject({ stdout: { text: '2\n' } });
  expect(await act('command.run@1', { argv: ['/usr/bin/sleep', '9'] }, { timeoutMs: 200 })).toMatchObject({
    cause: 'timeout',
  });
  expect(await run('/usr/bin/yes')).toMatchObject({ outcome: 'failed', cause: 'output-cap' });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 100);
  expect(await act('command.run@1', { argv: ['/usr/bin/sleep', '9'] }, { signal: stop.signal })).toMatchObject({
    cause: 'cancelled',
  });
});

test('a service runs on after its step, until it is stopped', async () => {
  await open();
  // It says so after it listens, which may be too late to be told.
  const stderr = { text: expect.stringMatching(/^(?:up\n)?$/) };
  expect(await server(7001)).toMatchObject({ outcome: 'succeeded', exit: null, stderr });
  expect(await run('/bin/bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/7001')).toMatchObject({ exit: 0 });
  expect(await server(7001)).toMatchObject({ outcome: 'failed', cause: 'infrastructure' });
  for (let count = 0; count < 2; count++)
    expect(await act('service.stop@1', { name: 'server' })).toMatchObject({ outcome: 'succeeded' });
  expect(sandboxes.of(RUN)?.sandbox.inspect()).toEqual({ processes: [], listeners: [] });
});

test('an occupied port is really taken, by a stranger, and the service says so in its own words', async () => {
  expect(await open([7002])).toMatchObject({ outcome: 'succeeded' });
  const stranger = () => sandboxes.of(RUN)?.sandbox.inspect().listeners[0];
  // It listens first and then says who it is.
  await expect
    .poll(stranger)
    .toMatchObject({ address: '0.0.0.0', port: 7002, owner: { argv: ['stranger-listening-on-7002'] } });
  expect(stranger()?.owner?.service).toBeUndefined();
  expect(await server(7002)).toMatchObject({
    outcome: 'failed',
    cause: 'exit',
    exit: 98,
    stderr: { text: 'cannot bind: Address already in use\n' },
  });
  expect(await act('service.stop@1', { name: 'server' })).toMatchObject({ outcome: 'succeeded' });
});

test('what does not listen in time is not left running', async () => {
  await open();
  const ready = { port: 7004, timeoutMs: 300 };
  expect(await server(7003, { ready })).toMatchObject({ outcome: 'failed', cause: 'not-ready' });
  expect(sandboxes.of(RUN)?.sandbox.inspect().processes).toEqual([]);
});

test('a service that ends on its own comes back as often as agreed', async () => {
  await open();
  await server(7005, { restarts: 1 });
  const kill = () => run('/bin/sh', '-c', 'kill -9 $(pgrep -f IO::Socket)');
  const listening = () => sandboxes.of(RUN)?.sandbox.inspect().listeners.length;
  await kill();
  await expect.poll(listening, { timeout: 5_000 }).toBe(0);
  await expect.poll(listening, { timeout: 5_000 }).toBe(1);
  await kill();
  await expect.poll(() => sandboxes.of(RUN)?.services.get('server')?.alive, { timeout: 5_000 }).toBe(false);
});

test('when the sandbox dies, that is the cause', async () => {
  await open();
  const holder = sandboxes.of(RUN)?.sandbox.holder.pid ?? 0;
  const result = act('command.run@1', { argv: ['/usr/bin/sleep', '9'] });
  setTimeout(() => process.kill(holder, 'SIGKILL'), 200);
  expect(await result).toMatchObject({ outcome: 'failed', cause: 'sandbox-lost' });
  expect(await run('/usr/bin/true')).toMatchObject({ cause: 'sandbox-lost' });
  expect(await act('sandbox.close@1', {})).toMatchObject({ outcome: 'succeeded' });
});
