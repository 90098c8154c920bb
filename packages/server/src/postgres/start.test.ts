import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { databaseAccount } from './account.ts';
import { clusterMajor, createCluster } from './cluster.ts';
import { embeddedBinaries } from './embedded.ts';
import { placeOf, removePostgres } from './place.ts';
import { startPostgres, type Postgres } from './start.ts';

const folders: string[] = [];
const running: Postgres[] = [];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'duovir-postgres-test-'));
  chmodSync(path, 0o755);
  folders.push(path);
  return path;
}

async function start(directory: string): Promise<Postgres> {
  const postgres = await startPostgres({ directory, onLog: () => {}, settings: { fsync: 'off' } });
  running.push(postgres);
  return postgres;
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop();
  for (const path of folders.splice(0)) removePostgres(path);
});

test('it keeps what was written, listens on no network and runs unprivileged', async () => {
  const directory = folder();
  const first = await start(directory);
  await ask(first.url, 'create table kept (n int)');
  await ask(first.url, 'insert into kept values (7)');
  expect(await ask(first.url, 'show listen_addresses')).toBe('');
  expect(await ask(first.url, 'show data_checksums')).toBe('on');
  expect(
    await ask(
      first.url,
      "select setting || '/' || pg_encoding_to_char(6) from pg_settings where name = 'server_encoding'",
    ),
  ).toBe('UTF8/UTF8');
  expect(readFileSync(`/proc/${first.pid}/status`, 'utf8')).not.toMatch(/^Uid:\s+0/m);
  await first.stop();
  const second = await start(directory);
  expect(await ask(second.url, 'select n from kept')).toBe(7);
});

test('after kill -9 it starts again on the same files, even while orphans hold its memory', async () => {
  const directory = folder();
  const first = await start(directory);
  await ask(first.url, 'create table kept as select 1 as n');
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await start(directory);
  expect(second.url).toBe(first.url);
  expect(await ask(second.url, 'select n from kept')).toBe(1);
});

test('a lock file whose process id now belongs to somebody else does not stop it', async () => {
  const directory = folder();
  const first = await start(directory);
  await first.stop();
  const account = databaseAccount();
  const stranger = spawn('sleep', ['60'], { uid: account.uid });
  await once(stranger, 'spawn');
  const cluster = join(directory, 'cluster');
  const place = placeOf(directory, account, undefined);
  writeFileSync(join(place.cluster, 'postmaster.pid'), `${stranger.pid}\n${cluster}\n`);
  try {
    const second = await start(directory);
    expect(await ask(second.url, 'select 1')).toBe(1);
  } finally {
    stranger.kill('SIGKILL');
  }
});

test('a half-made data directory is made anew', async () => {
  const directory = folder();
  const account = databaseAccount();
  const place = placeOf(directory, account, undefined);
  execFileSync('mkdir', ['-p', join(place.home, 'cluster.unfinished', 'base')]);
  expect(clusterMajor(place)).toBeUndefined();
  const postgres = await start(directory);
  expect(await ask(postgres.url, 'select 1')).toBe(1);
});

test('it dies with its parent, however the parent dies', async () => {
  const directory = folder();
  const program = `
    import { startPostgres } from '@duovir/server/postgres';
    const postgres = await startPostgres({ directory: process.argv[1], onLog: () => {}, settings: { fsync: 'off' } });
    console.log(postgres.pid);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program, directory], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(String(line));
  parent.kill('SIGKILL');
  const deadline = Date.now() + 15_000;
  while (existsSync(`/proc/${pid}`) && Date.now() < deadline) await sleep(50);
  expect(existsSync(`/proc/${pid}`)).toBe(false);
});

test('a state directory that strangers cannot enter is no obstacle, and nothing is left when it is removed', async () => {
  const directory = folder();
  chmodSync(directory, 0o700);
  const postgres = await start(directory);
  expect(await ask(postgres.url, 'select current_user')).toBe('duovir');
  const home = String(await ask(postgres.url, 'show data_directory'));
  await postgres.stop();
  removePostgres(directory);
  expect([existsSync(home), existsSync(directory)]).toEqual([false, false]);
});

test('the embedded binaries make and serve a data directory, and keep serving it beside an installed version', async () => {
  const directory = folder();
  const account = databaseAccount();
  const place = placeOf(directory, account, undefined);
  const binaries = embeddedBinaries(account, place.home);
  if (binaries === undefined) throw new Error('the embedded PostgreSQL is not installed');
  createCluster(place, account, { folder: binaries, major: 18 });
  const postgres = await start(directory);
  expect(await ask(postgres.url, 'show server_version_num')).toMatch(/^18/);
});
