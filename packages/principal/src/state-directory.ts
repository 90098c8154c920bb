import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PrincipalError } from './error.ts';

/** As long as a principal's name may be; `sockaddr_un` holds 107 bytes and a NUL. */
const LONGEST_SOCKET = `/${'n'.repeat(63)}/socket`;
const SOCKET_PATH_BYTES = 107;
/** Not `TMPDIR`: every process of an installation has to find the same folder, whatever its environment and its user. */
const SHORT_PLACE = '/tmp';

/** Where everything of one installation lies (`.duovir/`). */
export interface StateDirectory {
  readonly root: string;
  readonly officer: string;
  /** The signed trust policy in force; older ones lie in `history/<version>.json` beside it. */
  readonly trust: string;
  /** The one in force; all that were lie in `history/<version>.json` beside it. */
  readonly trustPolicy: string;
  /** What the officer has decided about a ledger that was restored from a backup. */
  readonly restores: string;
  /** The ledger as static files that any web server can serve. */
  readonly published: string;
  readonly postgres: string;
  readonly log: string;
  /** Timestamps of authorities outside, and the checkpoints they are over. */
  readonly anchors: string;
  /** One folder per process that listens; gone after `duovir down`. */
  readonly sockets: string;
  principal(name: string): string;
  /** What a principal writes to remember it. All else in its folder, its key first of all, it can only read. */
  memory(name: string): string;
  person(name: string): string;
  /** The folder of one process alone, so that it can be shown to another one without the rest. */
  socketFolder(name: string): string;
  socket(name: string): string;
}

export function stateDirectory(path: string): StateDirectory {
  const root = resolve(path);
  const beside = join(root, 'run');
  // Deep checkouts make socket paths longer than the kernel takes; a short private folder stands in for them.
  const sockets =
    Buffer.byteLength(beside + LONGEST_SOCKET) <= SOCKET_PATH_BYTES
      ? beside
      : join(SHORT_PLACE, `duovir-${hash('sha256', root, 'hex').slice(0, 12)}`);
  return {
    root,
    officer: join(root, 'officer'),
    trust: join(root, 'trust'),
    trustPolicy: join(root, 'trust', 'policy.json'),
    restores: join(root, 'trust', 'restores'),
    published: join(root, 'ledger'),
    postgres: join(root, 'postgres'),
    log: join(root, 'log'),
    anchors: join(root, 'anchors'),
    sockets,
    principal: (name) => join(root, 'principals', name),
    memory: (name) => join(root, 'principals', name, 'memory'),
    person: (name) => join(root, 'people', name),
    socketFolder: (name) => join(sockets, name),
    socket: (name) => join(sockets, name, 'socket'),
  };
}

/** The directory given, else `DUOVIR_STATE`, else `.duovir` here. It must have been made by `duovir init`. */
export function existingStateDirectory(path: string): StateDirectory {
  const state = stateDirectory(path);
  if (!existsSync(state.trustPolicy))
    throw new PrincipalError(
      'state-missing',
      `There is no Duovir state in ${state.root}.`,
      'Create it with `duovir init`, or name another with --state.',
    );
  return state;
}
