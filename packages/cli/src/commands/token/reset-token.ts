import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StateDirectory } from '@duovir/principal';
import { newRunId } from '@duovir/sdk';
import { CliError } from '../../error.ts';
import { makeInitialToken, type InitialToken } from '../../init/initial-token.ts';
import { readPrivateFile, replacePrivateFile } from '../../private-file.ts';

/**
 * The way back in when every token has expired: whoever owns the state directory gives a person a new one, without the server.
 * It opens nothing until the server has read it at its next start, and entered it in the ledger.
 */
export function resetToken(
  state: StateDirectory,
  person: string,
  now: Date,
): { readonly id: string; readonly expiresAt: string } {
  const folder = state.person(person);
  if (!existsSync(folder))
    throw new CliError('not-found', `There is no ${person} in ${state.root}.`, 'Name a person of this installation.');
  const id = newRunId().slice('run-'.length);
  const { token, record } = makeInitialToken(id, person, now);
  const list = join(state.principal('server'), 'tokens.json');
  const known = JSON.parse(readPrivateFile(list)) as InitialToken[];
  replacePrivateFile(list, `${JSON.stringify([...known, record], null, 2)}\n`);
  replacePrivateFile(join(folder, 'token'), `${token}\n`);
  return { id, expiresAt: record.expiresAt };
}
