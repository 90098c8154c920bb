import { hash, randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerError } from '../error.ts';
import { canReach, handOver, type Account } from './account.ts';

const ELSEWHERE = '/var/lib/duovir';
/** Names the folder that stands in for this one. */
const POINTER = 'location';
const SOCKET_NAME = '/.s.PGSQL.5432.lock';
const SOCKET_PATH_BYTES = 107;

export interface Place {
  /** Belongs to us; what PostgreSQL does not write lies here. */
  readonly home: string;
  /** The data directory; belongs to the account. */
  readonly cluster: string;
  readonly socket: string;
}

/** Finds, or makes, the folders of one PostgreSQL where its account can reach them. */
export function placeOf(directory: string, account: Account, socketDirectory: string | undefined): Place {
  mkdirSync(directory, { recursive: true });
  const home = canReach(account, directory) ? directory : replacementOf(directory);
  const cluster = join(home, 'cluster');
  const socket = socketDirectory ?? socketOf(home);
  privateFolder(account, socket);
  return { home, cluster, socket };
}

/**
 * The name is drawn once and kept in the state directory: a state directory that is deleted and made anew never finds
 * the database of its predecessor, whose ledger other keys signed.
 */
function replacementOf(directory: string): string {
  const pointer = join(directory, POINTER);
  if (!existsSync(pointer)) {
    const name = `${hash('sha256', directory, 'hex').slice(0, 12)}-${randomBytes(4).toString('hex')}`;
    writeFileSync(`${pointer}.unfinished`, `${join(ELSEWHERE, name)}\n`, { flush: true });
    renameSync(`${pointer}.unfinished`, pointer);
  }
  const home = readFileSync(pointer, 'utf8').trim();
  mkdirSync(home, { recursive: true, mode: 0o755 });
  return home;
}

/** Deletes a stopped database for good, also where another folder stands in for `directory`. */
export function removePostgres(directory: string): void {
  const pointer = join(directory, POINTER);
  const home = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : directory;
  rmSync(socketOf(home), { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
  rmSync(directory, { recursive: true, force: true });
}

function socketOf(home: string): string {
  const beside = join(home, 'socket');
  return Buffer.byteLength(beside + SOCKET_NAME) <= SOCKET_PATH_BYTES
    ? beside
    : join(tmpdir(), `duovir-postgres-${hash('sha256', home, 'hex').slice(0, 12)}`);
}

/** A folder only the account opens. One that somebody else put there first is refused: it would hand him the socket. */
function privateFolder(account: Account, path: string): void {
  if (!existsSync(path)) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    handOver(account, path);
  }
  const status = lstatSync(path);
  if (!status.isDirectory() || (status.uid !== account.uid && status.uid !== process.getuid?.()))
    throw new ServerError('postgres-directory', `${path} is not a folder of ours.`);
  handOver(account, path);
}
