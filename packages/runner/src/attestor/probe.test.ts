import { afterAll, expect, test } from 'vitest';
import { probeSchema, type ProbeObservation } from '@duovir/protocol';
import { startStranger } from '../action/stranger.ts';
import { Concealment } from '../restoration/concealment.ts';
import { issue } from '../restoration/opened.fixture.ts';
import type { OpenedValue } from '../restoration/open-restorations.ts';
import { openForTests } from '../sandbox/open.fixture.ts';
import { enterSandbox } from '../sandbox/visit.ts';
import { listenersIn } from './listeners.ts';
import { observe } from './observe.ts';

const RUN = 'run-probeprobeprobeprobe';
const sandbox = await openForTests(RUN, { app: '127.0.0.21' });
const visit = await enterSandbox({ run: RUN, generation: 1, ...sandbox.holder });
afterAll(() => visit.close());

async function lookThrough(probe: object, values: readonly OpenedValue[] = []): Promise<ProbeObservation> {
  const [seen] = await observe(RUN, [probeSchema.parse(probe)], values, visit, new Concealment(values).conceal);
  if (!seen) throw new RangeError('one probe, one observation');
  return seen;
}

async function outcomeOf(action: string, input: object, expected: object, more: object = {}) {
  const probe = { id: 'probe', action, with: input, expect: expected, ...more };
  return (await lookThrough(probe)).outcome;
}

const command = (script: string, expected: object, more?: object) =>
  outcomeOf('command.probe@1', { argv: ['/bin/sh', '-c', script], timeoutMs: 500 }, expected, more);

test('a command probe compares exit and output; what could not look is unknown', async () => {
  expect(await command('echo " two "', { equals: 'two' })).toBe('succeeded');
  expect(await command('echo two', { equals: 'three' })).toBe('failed');
  expect(await command('printf "a\\nb\\nc\\n"', { lines: ['c', 'a'], includes: 'b' })).toBe('succeeded');
  expect(await command('printf "abc\\n"', { lines: ['a'] })).toBe('failed');
  expect(await command('exit 4', { exit: 4 })).toBe('succeeded');
  expect(await command('exit 4', {})).toBe('failed');
  expect(await command('sleep 5', {})).toBe('unknown');
  expect(await outcomeOf('command.probe@1', { argv: ['/usr/bin/absent'] }, {})).toBe('unknown');
  expect(await outcomeOf('command.probe@1', { argv: ['/etc/passwd'] }, {})).toBe('unknown');
});

test('a probe changes nothing: no file, no process', async () => {
  const service = await sandbox.startService({ name: 'lives', argv: ['/usr/bin/sleep', '60'], outputCapBytes: 1000 });
  for (const path of ['/workspace', '/tmp', '/run', '/dev/shm'])
    expect(await command(`echo x > ${path}/new`, { exit: 0 })).toBe('failed');
  await command('kill -9 -1', {});
  expect(service.alive).toBe(true);
  await service.stop('SIGTERM', 1000);
});

const LISTEN =
  'use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.21", LocalPort => shift, Listen => 4) or die; sleep 60';

test('a listener probe sees who owns the port, and the answer lists everybody', async () => {
  const seen = (port: number, expected: object, address?: string) =>
    outcomeOf('listener.probe@1', { port, ...(address ? { address } : {}) }, expected, { deadlineMs: 2000 });
  const argv = ['/usr/bin/perl', '-e', LISTEN, '7101'];
  const service = await sandbox.startService({ name: 'app', argv, outputCapBytes: 1000 });
  expect(await startStranger(sandbox, 7102)).toBeUndefined();
  expect(await seen(7101, { listening: true, service: 'app' }, '127.0.0.21')).toBe('succeeded');
  expect(await seen(7101, { listening: true }, '127.0.0.22')).toBe('failed');
  expect(await seen(7102, { listening: true }, '127.0.0.22')).toBe('succeeded');
  expect(await seen(7102, { listening: true, service: 'app' })).toBe('failed');
  expect(await seen(7103, { listening: false })).toBe('succeeded');
  expect([...listenersIn(visit.inspect(), (text) => text)].toSorted((a, b) => a.port - b.port)).toMatchObject([
    { address: '127.0.0.21', port: 7101, service: 'app' },
    { address: '0.0.0.0', port: 7102, service: null, argv: 'stranger-listening-on-7102' },
  ]);
  await service.stop('SIGKILL', 0);
});

const SERVE = `use IO::Socket::INET; $SIG{PIPE} = "IGNORE"; my $n = 0;
my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.21", LocalPort => 7104, Listen => 4, ReuseAddr => 1) or die;
while (1) { my $c = $s->accept or next; while (my $l = <$c>) { last if $l =~ /^\\r?$/ }
my $b = "node-" . (++$n % 2); print $c "HTTP/1.0 200 OK\\r\\nContent-Length: " . length($b) . "\\r\\n\\r\\n$b"; close $c }`;

test('an http probe asks from inside, as often as it must to see every body', async () => {
  const ask = (expected: object, input: object = {}) =>
    outcomeOf('http.probe@1', { url: 'http://app:7104/', ...input }, expected);
  expect(await ask({})).toBe('failed');
  const service = await sandbox.startService({
    name: 'web',
    argv: ['/usr/bin/perl', '-e', SERVE],
    outputCapBytes: 1000,
  });
  expect(await outcomeOf('http.probe@1', { url: 'http://app:7104/' }, {}, { deadlineMs: 5000 })).toBe('succeeded');
  expect(await ask({ bodies: ['node-0', 'node-1'] }, { requests: 4 })).toBe('succeeded');
  expect(await ask({ bodies: ['node-2'] }, { requests: 4 })).toBe('failed');
  expect(await ask({ status: 404 })).toBe('failed');
  expect(await ask({ includes: 'node' })).toBe('succeeded');
  await service.stop('SIGKILL', 0);
});

test('a file probe tells presence and content', async () => {
  await sandbox.writeFile('/workspace/here', 'abc', 0o600);
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  const file = (path: string, expected: object) => outcomeOf('file.probe@1', { path }, expected);
  expect(await file('/workspace/here', { exists: true, sha256 })).toBe('succeeded');
  expect(await file('/workspace/here', { exists: true, sha256: '0'.repeat(64) })).toBe('failed');
  expect(await file('/workspace/here', { exists: false })).toBe('failed');
  expect(await file('/workspace/gone', { exists: true })).toBe('failed');
  expect(await file('/workspace/here/below', { exists: false })).toBe('succeeded');
  await sandbox.removePath('/workspace/here');
});

test('a probe is asked again until its deadline', async () => {
  setTimeout(() => void sandbox.writeFile('/workspace/later', '', 0o600), 400);
  const later = { path: '/workspace/later' };
  expect(await outcomeOf('file.probe@1', later, { exists: true })).toBe('failed');
  expect(await outcomeOf('file.probe@1', later, { exists: true }, { deadlineMs: 10_000, intervalMs: 50 })).toBe(
    'succeeded',
  );
  await sandbox.removePath('/workspace/later');
});

test('values are put into probes, compared with what is really there, and never in the answer', async () => {
  const table = issue('table', '"Customer Orders"');
  const secret = issue('secret', 'correct-horse-battery-staple');
  await sandbox.writeFile('/workspace/secret.conf', `"Customer Orders" ${secret.value}\n`, 0o600);
  const show = (expected: object) => ({
    id: 'show',
    action: 'command.probe@1',
    with: { argv: ['/usr/bin/grep', '-F', table.placeholder, '/workspace/secret.conf'] },
    expect: expected,
  });
  const values = [table, secret];
  const answer = await lookThrough(show({ includes: table.placeholder }), values);
  const output = `${table.placeholder} ${secret.placeholder}`;
  expect(answer).toEqual({
    id: 'show',
    outcome: 'succeeded',
    observed: { exit: 0, stdout: output, stderr: '' },
    summary: `Exit 0: ${output}`,
  });
  const other = await lookThrough(show({ equals: `${table.placeholder} nothing` }), values);
  expect(other.outcome).toBe('failed');
  expect(JSON.stringify([answer, other])).not.toMatch(/Customer|correct-horse/);
});

test('a value in the wrong place asks nothing, and so nothing is known', async () => {
  const secret = issue('secret', 'correct-horse-battery-staple');
  const says = {
    id: 'says',
    action: 'command.probe@1',
    with: { argv: ['/usr/bin/echo', secret.placeholder] },
    expect: {},
  };
  expect(await lookThrough(says, [secret])).toMatchObject({ outcome: 'unknown', observed: null });
});

test('Invariant 3, veto: a value that the floor forbids in its place is not asked about', async () => {
  const host = issue('host', ['metadata', 'google', 'internal'].join('.'));
  const asks = {
    id: 'asks',
    action: 'command.probe@1',
    with: { argv: ['/usr/bin/curl', `http://${host.placeholder}/`] },
    expect: {},
  };
  const seen = await lookThrough(asks, [host]);
  expect(seen).toMatchObject({ outcome: 'unknown', observed: null });
  expect(seen.summary).toMatch(/^floor\./);
});
