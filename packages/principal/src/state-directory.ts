import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PrincipalError } from './error.ts';

/** The longest socket name this product makes; `sockaddr_un` holds 107 bytes and a NUL. */
const LONGEST_SOCKET = '/reviewer-reliability.sock';
const SOCKET_PATH_BYTES = 107;

/** Where everything of one installation lies (`.duovir/`). */
export interface StateDirectory {
  readonly root: string;
  readonly officer: string;
  readonly trustPolicy: string;
  readonly postgres: string;
  readonly log: string;
  /** Sockets and process ids; 0700, gone after `duovir down`. */
  readonly sockets: string;
  principal(name: string): string;
  person(name: string): string;
  socket(name: string): string;
}

export function stateDirectory(path: string): StateDirectory {
  const root = resolve(path);
  const beside = join(root, 'run');
  // Deep checkouts make socket paths longer than the kernel takes; a short private folder stands in for them.
  const sockets =
    Buffer.byteLength(beside + LONGEST_SOCKET) <= SOCKET_PATH_BYTES
      ? beside
      : join(tmpdir(), `duovir-${process.getuid?.() ?? 0}-${hash('sha256', root, 'hex').slice(0, 12)}`);
  return {
    root,
    officer: join(root, 'officer'),
    trustPolicy: join(root, 'trust-policy.json'),
    postgres: join(root, 'postgres'),
    log: join(root, 'log'),
    sockets,
    principal: (name) => join(root, 'principals', name),
    person: (name) => join(root, 'people', name),
    socket: (name) => join(sockets, `${name}.sock`),
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
