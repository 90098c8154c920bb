import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerError } from '../error.ts';
import { commandAs, databaseAccount, type Account } from './account.ts';
import { findBinaries, type Binaries } from './binaries.ts';
import { clusterMajor, createCluster, DATABASE_USER } from './cluster.ts';
import { placeOf, type Place } from './place.ts';
import { endPredecessor } from './predecessor.ts';

export interface PostgresOptions {
  /** Where the database lies; made when it does not exist. */
  readonly directory: string;
  readonly socketDirectory?: string;
  readonly onLog: (line: string) => void;
  /** Search path for installed programs, as in `PATH`; the usual folders of distributions come first. */
  readonly path?: string;
  /** Server settings beyond ours, for instance `max_connections`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Postgres {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the process is gone, whatever ended it. */
  readonly exited: Promise<void>;
  /** Fast shutdown: connections are closed, everything is flushed. */
  stop(): Promise<void>;
}

const READY = 'database system is ready to accept connections';
/** What a postmaster says while the orphaned backends of a killed one still hold its shared memory. */
const NOT_YET = /pre-existing shared memory block|lock file ".*" already exists/;
const ATTEMPTS = 40;
const PAUSE_MS = 250;
const LAST_LINES = 12;

/** Starts a private PostgreSQL: unprivileged, on a Unix socket only, gone when this process is gone. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const account = databaseAccount();
  const place = placeOf(resolve(options.directory), account, options.socketDirectory);
  const major = clusterMajor(place);
  const binaries = findBinaries(account, { path: options.path ?? '', copyTo: place.home, major });
  if (major === undefined) createCluster(place, account, binaries);
  for (let attempt = 1; ; attempt += 1) {
    await endPredecessor(place);
    const outcome = await launch(options, place, account, binaries);
    if (outcome.kind === 'ready') return outcome.postgres;
    if (attempt === ATTEMPTS || !NOT_YET.test(outcome.output))
      throw new ServerError('postgres-failed', `PostgreSQL did not start:\n${outcome.output}`);
    await sleep(PAUSE_MS);
  }
}

type Launch = { readonly kind: 'ready'; readonly postgres: Postgres } | { readonly kind: 'failed'; output: string };

async function launch(options: PostgresOptions, place: Place, account: Account, binaries: Binaries): Promise<Launch> {
  const server = spawnServer(options, place, account, binaries);
  // After `kill -9` its orphans keep the pipe open for a while: `exit` tells of the process, `close` of its last line.
  const exited = new Promise<void>((settle) => server.once('exit', () => settle()));
  const closed = new Promise<void>((settle) => server.once('close', () => settle()));
  const failure = new Promise<never>((_, reject) => server.once('error', reject));
  const tail: string[] = [];
  const ready = new Promise<'ready'>((settle) => {
    createInterface({ input: server.stderr }).on('line', (line) => {
      tail.push(line);
      if (tail.length > LAST_LINES) tail.shift();
      options.onLog(line);
      if (line.includes(READY)) settle('ready');
    });
  });
  const first = await Promise.race([ready, closed, failure]);
  if (first !== 'ready') return { kind: 'failed', output: tail.join('\n') };
  const url = `postgresql://${DATABASE_USER}@localhost/postgres?host=${encodeURIComponent(place.socket)}`;
  const stop = async (): Promise<void> => {
    server.kill('SIGINT');
    await exited;
  };
  return { kind: 'ready', postgres: { url, pid: server.pid ?? 0, exited, stop } };
}

function spawnServer(
  options: PostgresOptions,
  place: Place,
  account: Account,
  binaries: Binaries,
): ChildProcessByStdio<null, null, Readable> {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: place.socket,
    // Its log names no values of rows.
    log_error_verbosity: 'terse',
    ...options.settings,
  };
  const postgres = commandAs(
    account,
    [
      join(binaries.folder, 'postgres'),
      '-D',
      place.cluster,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    true,
  );
  return spawn(postgres.file, postgres.arguments, {
    cwd: '/',
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}
