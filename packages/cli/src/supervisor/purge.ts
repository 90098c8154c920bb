import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StateDirectory } from '@duovir/principal';
import { CliError } from '../error.ts';
import { readStatus } from './control-client.ts';

/** What stands in for `postgres/` where the database's account could not reach that folder. */
const ELSEWHERE = /^\/var\/lib\/duovir\/[0-9a-f]{12}-[0-9a-f]{8}$/;

/** Deletes an installation that is down: keys, ledger, database, everything. Nobody can bring it back. */
export async function purge(state: StateDirectory): Promise<void> {
  if (await readStatus(state))
    throw new CliError('refused', `${state.root} is in use.`, 'Take it down first with `duovir down`.');
  const pointer = join(state.postgres, 'location');
  const database = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : undefined;
  // The pointer is only a file: what it names is deleted when it can be nothing but a database of ours.
  if (database !== undefined && ELSEWHERE.test(database)) rmSync(database, { recursive: true, force: true });
  rmSync(state.root, { recursive: true });
}
