import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerError } from '../error.ts';
import type { Place } from './place.ts';

const PATIENCE_MS = 15_000;
const POLL_MS = 50;

/**
 * Clears the way for a new postmaster: one that still runs on this data directory is stopped and waited for, and lock
 * files of a dead one are removed, because its process id may belong to somebody else by now.
 */
export async function endPredecessor(place: Place): Promise<void> {
  const file = join(place.cluster, 'postmaster.pid');
  const deadline = Date.now() + PATIENCE_MS;
  let asked = false;
  for (;;) {
    const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : Number.NaN;
    if (!Number.isSafeInteger(pid) || !isPostmaster(pid, place.cluster)) break;
    if (Date.now() > deadline)
      throw new ServerError('postgres-failed', `PostgreSQL (process ${pid}) does not leave ${place.cluster}.`);
    if (!asked) process.kill(pid, 'SIGINT');
    asked = true;
    await sleep(POLL_MS);
  }
  rmSync(file, { force: true });
  rmSync(join(place.socket, '.s.PGSQL.5432.lock'), { force: true });
  rmSync(join(place.socket, '.s.PGSQL.5432'), { force: true });
}

function isPostmaster(pid: number, cluster: string): boolean {
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return argv.includes(cluster);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return false;
    throw error;
  }
}
