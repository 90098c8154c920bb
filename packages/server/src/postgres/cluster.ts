import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerError } from '../error.ts';
import { commandAs, handOver, type Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { Place } from './place.ts';

/** Name of the role and of the database superuser inside the cluster. */
export const DATABASE_USER = 'duovir';

/** Major version of the data directory, undefined when there is none yet. */
export function clusterMajor(place: Place): number | undefined {
  const file = join(place.cluster, 'PG_VERSION');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined;
}

/**
 * Makes the data directory under another name and renames it when it is whole: after a crash in between there is
 * either a complete one or none.
 */
export function createCluster(place: Place, account: Account, binaries: Binaries): void {
  const unfinished = join(place.home, 'cluster.unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  handOver(account, unfinished);
  const initdb = commandAs(
    account,
    [
      join(binaries.folder, 'initdb'),
      `--pgdata=${unfinished}`,
      `--username=${DATABASE_USER}`,
      '--encoding=UTF8',
      '--locale=C',
      '--data-checksums',
      '--auth=reject',
    ],
    true,
  );
  try {
    execFileSync(initdb.file, initdb.arguments, {
      cwd: '/',
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (cause) {
    const output = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new ServerError('postgres-failed', `initdb failed: ${output}`, cause);
  }
  letInOnlyOwner(unfinished, account);
  renameSync(unfinished, place.cluster);
}

/** The kernel tells PostgreSQL who is at the other end of the socket; no password exists that could leak. */
function letInOnlyOwner(cluster: string, account: Account): void {
  writeFileSync(join(cluster, 'pg_hba.conf'), 'local all all peer map=owner\n');
  writeFileSync(join(cluster, 'pg_ident.conf'), `owner "${account.owner}" ${DATABASE_USER}\n`);
  appendFileSync(join(cluster, 'postgresql.conf'), "listen_addresses = ''\ntimezone = 'UTC'\nlog_timezone = 'UTC'\n");
}
