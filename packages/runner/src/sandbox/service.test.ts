import { expect, test } from 'vitest';
import { openForTests, shell } from './open.fixture.ts';

const sandbox = await openForTests('service-test');
const specification = (name: string, script: string) => ({
  name,
  argv: ['/bin/sh', '-c', script],
  outputCapBytes: 100_000,
});

test('a service is seen under its name, with what it listens on', async () => {
  const listen = `perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.12", LocalPort => 5432) or die; print STDERR "ready\n"; sleep 300'`;
  const lines: string[] = [];
  const service = await sandbox.startService({
    ...specification('db', listen),
    onOutput: (stream, text) => lines.push(`${stream} ${text}`),
  });
  await expect.poll(() => lines).toEqual(['stderr ready']);
  const { processes, listeners } = sandbox.inspect();
  expect(listeners).toMatchObject([{ protocol: 'tcp', address: '127.0.0.12', port: 5432, owner: { service: 'db' } }]);
  expect(processes.every((one) => one.service === 'db')).toBe(true);
  expect(service.alive).toBe(true);
  expect(await service.stop('SIGTERM', 2000)).toEqual({ exit: 143, signal: null });
  expect(service.output().stderr.text).toBe('ready\n');
  expect(sandbox.inspect()).toEqual({ processes: [], listeners: [] });
});

test('a service that ends on its own takes with it what it started', async () => {
  const service = await sandbox.startService(specification('brief', 'setsid sleep 300 & echo said; exit 5'));
  expect(await service.exited).toEqual({ exit: 5, signal: null });
  expect(service.alive).toBe(false);
  expect(service.output().stdout.text).toBe('said\n');
  expect(sandbox.inspect().processes).toEqual([]);
});

test('what will not stop is killed with all its children', async () => {
  const stubborn = `trap '' TERM INT; setsid sh -c "trap '' TERM; echo deaf; while :; do sleep 1; done" & while :; do sleep 1; done`;
  const service = await sandbox.startService(specification('stubborn', stubborn));
  await expect.poll(() => service.output().stdout.text).toBe('deaf\n');
  const started = performance.now();
  expect((await service.stop('SIGTERM', 300)).exit).toBe(137);
  expect(performance.now() - started).toBeLessThan(3000);
  expect(sandbox.inspect().processes).toEqual([]);
  expect((await service.stop('SIGTERM', 300)).exit).toBe(137);
});

test('a program that is not there is told', async () => {
  const service = await sandbox.startService({ name: 'absent', argv: ['/absent'], outputCapBytes: 1000 });
  expect(await service.exited).toEqual({ exit: 127, signal: null });
  expect(service.output().stderr.text).toContain('/absent');
});

test('a service may write for ever: the newest is kept', async () => {
  const service = await sandbox.startService({
    ...specification('loud', 'seq 1 1000000; sleep 300'),
    outputCapBytes: 1000,
  });
  await expect.poll(() => service.output().stdout.text.trimEnd().endsWith('\n1000000'), { timeout: 10_000 }).toBe(true);
  expect(service.output().stdout).toMatchObject({ truncated: true, bytes: 6_888_896 });
  await service.stop('SIGTERM', 1000);
});

test('a daemon that a command leaves behind has no name', async () => {
  await sandbox.command(shell('setsid sleep 300 >/dev/null 2>&1 &'));
  expect(sandbox.inspect().processes).toEqual([expect.not.objectContaining({ service: expect.anything() })]);
});
