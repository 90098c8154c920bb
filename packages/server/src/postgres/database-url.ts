import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { StateDirectory } from '@duovir/principal';
import { ServerError } from '../error.ts';

const recordSchema = z.strictObject({ url: z.string(), pid: z.int() });

function customerFile(state: StateDirectory): string {
  return join(state.principal('server'), 'database-url');
}

function recordFile(state: StateDirectory): string {
  return join(state.sockets, 'postgres.json');
}

/** Whether the customer gave a database of his own (`DATABASE_URL` at `duovir init`): then none is started here. */
export function hasOwnDatabase(state: StateDirectory): boolean {
  return existsSync(customerFile(state));
}

/** Tells the server where the PostgreSQL that was started for it listens. The url holds no secret. */
export function recordDatabase(state: StateDirectory, postgres: { readonly url: string; readonly pid: number }): void {
  const file = recordFile(state);
  writeFileSync(`${file}.unfinished`, JSON.stringify({ url: postgres.url, pid: postgres.pid }), { mode: 0o600 });
  renameSync(`${file}.unfinished`, file);
}

/** The connection string to use: the customer's own, else that of the PostgreSQL started for this state directory. */
export function databaseUrl(state: StateDirectory): string {
  if (hasOwnDatabase(state)) return customerUrl(customerFile(state));
  const file = recordFile(state);
  if (!existsSync(file)) throw new ServerError('database-missing', 'No PostgreSQL runs for this state directory.');
  return recordSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).url;
}

function customerUrl(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    // The file may hold a password: what others can read is no longer one.
    if ((fstatSync(file).mode & 0o077) !== 0)
      throw new ServerError('database-url-permissions', `Others than the owner can read ${path}.`);
    const url = readFileSync(file, 'utf8').trim();
    if (!/^postgres(?:ql)?:\/\/\S+$/.test(url))
      throw new ServerError('database-url-malformed', `${path} holds no connection string.`);
    return url;
  } finally {
    closeSync(file);
  }
}
