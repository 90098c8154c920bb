import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openForTests, shell } from './open.fixture.ts';

const sandbox = await openForTests('servers-test', { node1: '127.0.0.11' });
const POSTGRESQL = '/usr/lib/postgresql';
const newest = existsSync(POSTGRESQL)
  ? readdirSync(POSTGRESQL).toSorted((a, b) => Number(b) - Number(a))[0]
  : undefined;
const binaries = `${POSTGRESQL}/${newest}/bin`;

async function expectAnswer(script: string, answer: string): Promise<void> {
  const ask = async () => (await sandbox.command(shell(script))).stdout.text.trim();
  await expect.poll(ask, { timeout: 20_000, interval: 100 }).toBe(answer);
}

async function expectNothingLeft(): Promise<void> {
  expect(sandbox.inspect()).toEqual({ processes: [], listeners: [] });
}

test.runIf(newest)('PostgreSQL serves the next command and stops as it likes, or at once', async () => {
  const initialised = await sandbox.command(
    shell(`${binaries}/initdb -D db -U postgres -A trust --no-sync -E UTF8 --locale=C.UTF-8`),
  );
  expect(initialised).toMatchObject({ exit: 0 });
  const argv = [
    `${binaries}/postgres`,
    '-D',
    'db',
    '-h',
    '127.0.0.11',
    '-p',
    '5433',
    '-k',
    '/run',
    '-c',
    'shared_buffers=16MB',
  ];
  const service = await sandbox.startService({ name: 'database', argv, outputCapBytes: 100_000 });
  await expectAnswer(`${binaries}/psql -h node1 -p 5433 -U postgres -Atc 'select 6 * 7'`, '42');
  expect(sandbox.inspect().listeners).toMatchObject([
    { address: '127.0.0.11', port: 5433, owner: { service: 'database' } },
  ]);
  expect(await service.stop('SIGINT', 10_000)).toEqual({ exit: 0, signal: null });
  expect(service.output().stderr.text).toContain('database system is shut down');
  await expectNothingLeft();

  const again = await sandbox.startService({ name: 'database', argv, outputCapBytes: 100_000 });
  await expectAnswer(`${binaries}/psql -h node1 -p 5433 -U postgres -Atc 'select 1'`, '1');
  expect(await again.stop('SIGKILL', 5000)).toEqual({ exit: 137, signal: null });
  await expectNothingLeft();
});

test.runIf(newest)('a port that is taken fails the server with its own words', async () => {
  const taken = await sandbox.startService({
    name: 'other',
    argv: [
      'perl',
      '-MIO::Socket::INET',
      '-e',
      'my $socket = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1:5432") or die; sleep 600',
    ],
    outputCapBytes: 1000,
  });
  await expect.poll(() => sandbox.inspect().listeners.length).toBe(1);
  const argv = [`${binaries}/postgres`, '-D', 'db', '-h', '127.0.0.1', '-p', '5432', '-k', '/run'];
  const service = await sandbox.startService({ name: 'database', argv, outputCapBytes: 100_000 });
  expect((await service.exited).exit).toBe(1);
  expect(service.output().stderr.text).toContain('Address already in use');
  await taken.stop('SIGTERM', 1000);
  await expectNothingLeft();
});

test.runIf(existsSync('/usr/bin/redis-server'))('Redis serves and stops', async () => {
  const argv = ['redis-server', '--port', '7001', '--bind', '127.0.0.1', '--save', '', '--dir', '/workspace'];
  const service = await sandbox.startService({ name: 'cache', argv, outputCapBytes: 100_000 });
  await expectAnswer('redis-cli -p 7001 ping', 'PONG');
  expect(await service.stop('SIGTERM', 5000)).toEqual({ exit: 0, signal: null });
  await expectNothingLeft();
});

test.runIf(existsSync('/usr/sbin/nginx'))('nginx with its workers serves and stops', async () => {
  const configuration = `daemon off; worker_processes 2; pid /run/nginx.pid; error_log stderr;
    events {}
    http {
      access_log off; client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi;
      uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi;
      server { listen 127.0.0.1:8080; location / { return 200 "served\\n"; } }
    }`;
  await sandbox.writeFile('/workspace/nginx.conf', configuration, 0o600);
  const argv = ['nginx', '-e', 'stderr', '-c', '/workspace/nginx.conf'];
  const service = await sandbox.startService({ name: 'web', argv, outputCapBytes: 100_000 });
  await expectAnswer('curl -s http://127.0.0.1:8080/', 'served');
  expect(sandbox.inspect().processes.filter(({ service: name }) => name === 'web').length).toBe(3);
  expect(await service.stop('SIGQUIT', 5000)).toEqual({ exit: 0, signal: null });
  await expectNothingLeft();
});
