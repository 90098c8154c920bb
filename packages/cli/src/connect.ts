import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { StateDirectory } from '@duovir/principal';
import { nameSchema } from '@duovir/protocol';
import { createClient, type Client } from '@duovir/sdk';
import { CliError } from './error.ts';
import { readLogin } from './login/login-file.ts';
import { readPrivateFile } from './private-file.ts';
import { openState, stateHint, type CommonOptions, type Session } from './session.ts';
import { readStatus } from './supervisor/control-client.ts';

export interface ConnectOptions extends CommonOptions {
  readonly as?: string;
  readonly url?: string;
}

export interface Connection {
  readonly client: Client;
  /** The person whose token is used. */
  readonly person: string;
  /** What later commands need behind them to find the same installation. */
  readonly hint: string;
}

const DEFAULT_PERSON = 'operator';

/** Gives a command the options that say to whom and as whom it speaks. */
export function addConnectOptions(command: Command, person: string = DEFAULT_PERSON): Command {
  return command
    .option('--as <person>', 'the person whose token and key are used', person)
    .option('--url <url>', 'talk to this server instead of the one that `duovir up` started here');
}

/** Finds the server and takes the person's token from its file: a token never is an argument (they are in every process list). */
export async function connect(session: Session, options: ConnectOptions): Promise<Connection> {
  const state = openState(session, options);
  const person = options.as ?? DEFAULT_PERSON;
  // A name, not a path: it says which files are read.
  if (!nameSchema.safeParse(person).success)
    throw new CliError('usage', `${person} is not the name of a person.`, 'Write it as in the trust policy: operator.');
  const hint = stateHint(session, state);
  const url = options.url ?? session.environment['DUOVIR_URL'] ?? (await readStatus(state))?.url;
  if (url === undefined)
    throw new CliError(
      'not-up',
      'Duovir is not up.',
      `Start it with \`duovir up${hint}\`, or name a server with --url.`,
    );
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CliError('usage', `${url} is not the URL of a server.`, 'Write it as http://127.0.0.1:7070.');
  return { client: createClient({ url, token: tokenOf(state, person, session.now()) }), person, hint };
}

/** That of a login, while it lasts; else the person's token. */
function tokenOf(state: StateDirectory, person: string, now: Date): string {
  return readLogin(state.person(person), now) ?? readToken(join(state.person(person), 'token'), person);
}

function readToken(path: string, person: string): string {
  if (!existsSync(path))
    throw new CliError('not-found', `${person} has no token at ${path}.`, 'Name another person with --as.');
  return readPrivateFile(path).trim();
}
