import type { Command } from 'commander';
import { addConnectOptions, connect, type ConnectOptions } from '../../connect.ts';
import { openState, writeJson, type Session } from '../../session.ts';
import { writeTable } from '../../terminal/table.ts';
import { describeToken, tokenHeads } from './describe-token.ts';
import { renewToken } from './renew-token.ts';
import { resetToken } from './reset-token.ts';
import { parseLifetime, parseScopes } from './wishes.ts';

interface CreateOptions extends ConnectOptions {
  readonly scope: string;
  readonly expires: string;
  readonly for?: string;
}

export function addToken(program: Command, session: Session): void {
  const token = program.command('token').description('with what people and their programs come to the API');
  addConnectOptions(token.command('create'))
    .description('issue a token and show it, this once')
    .option('--scope <actions>', 'what it is for, also administer and audit', 'read,request,approve,stop')
    .option('--expires <time>', 'when it ends: 12h, 30d, at most 366d', '30d')
    .option('--for <person>', 'for somebody else, which administrators may')
    .action((_options: unknown, command: Command) => createToken(session, command));
  addConnectOptions(token.command('list'))
    .description('list your tokens, or all of them as an administrator')
    .action((_options: unknown, command: Command) => listTokens(session, command));
  addConnectOptions(token.command('revoke'))
    .description('revoke a token: it opens nothing any more')
    .argument('<id>', 'as `duovir token list` shows it')
    .action((id: string, _options: unknown, command: Command) => revokeToken(session, command, id));
  addConnectOptions(token.command('renew'))
    .description('put a new token for 90 days in the place of your own, after a login or as an administrator')
    .action((_options: unknown, command: Command) => renew(session, command));
  token
    .command('reset')
    .description('when all have expired: give a person a new token beside the server, which reads it when it starts')
    .argument('<person>', 'whose token file is replaced')
    .action((person: string, _options: unknown, command: Command) => reset(session, command, person));
}

async function createToken(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<CreateOptions>();
  const scopes = parseScopes(options.scope);
  const expiresAt = new Date(session.now().getTime() + parseLifetime(options.expires)).toISOString();
  const { client } = await connect(session, options);
  const person = options.for === undefined ? {} : { person: options.for };
  const issued = await client.issueToken({ ...person, scopes, expiresAt });
  if (options.json) return writeJson(session, issued);
  // Alone on standard output, for a file or a secret store behind a pipe.
  session.errors.write(
    `Token ${issued.id} for ${issued.person}, to ${scopes.join(', ')}, until ${issued.expiresAt}. It is not shown again.\n`,
  );
  session.output.write(`${issued.token}\n`);
}

async function listTokens(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client } = await connect(session, options);
  const tokens = await client.tokens();
  if (options.json) return writeJson(session, tokens);
  writeTable(
    session.output,
    tokenHeads,
    tokens.map((token) => describeToken(token, session.now())),
  );
}

async function revokeToken(session: Session, command: Command, id: string): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client } = await connect(session, options);
  const revoked = await client.revokeToken(id);
  if (options.json) return writeJson(session, revoked);
  session.output.write(`Revoked ${revoked.id} of ${revoked.person}.\n`);
}

function reset(session: Session, command: Command, person: string): void {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { id, expiresAt } = resetToken(openState(session, options), person, session.now());
  if (options.json) return writeJson(session, { id, person, expiresAt });
  session.output.write(`${person} has a new token ${id} until ${expiresAt}.\n`);
  session.output.write('It is good as soon as the server has started anew: run `duovir down`, then `duovir up`.\n');
}

async function renew(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client, person } = await connect(session, options);
  const { id, expiresAt } = await renewToken(client, openState(session, options).person(person), session.now());
  if (options.json) return writeJson(session, { id, person, expiresAt });
  session.output.write(`${person} has a new token ${id} until ${expiresAt}; the old one is revoked.\n`);
}
