import { mkdirSync } from 'node:fs';
import type { Command } from 'commander';
import { loadPinnedOfficer, loadTrustPolicy } from '@duovir/principal';
import { CliError } from '../error.ts';
import { logInByDevice } from '../login/device-login.ts';
import { keepLogin } from '../login/login-file.ts';
import { openState, writeJson, type CommonOptions, type Session } from '../session.ts';

export function addLogin(program: Command, session: Session): void {
  program
    .command('login')
    .description('log in at the issuer that the trust policy names, with a code that you confirm in a browser')
    .option('--as <person>', 'the person you are in the trust policy', 'operator')
    .action((_options: unknown, command: Command) => logIn(session, command));
}

async function logIn(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<CommonOptions & { readonly as: string }>();
  const state = openState(session, options);
  const { policy } = loadTrustPolicy(state.trustPolicy, loadPinnedOfficer(state.principal('server')));
  if (policy.login === null)
    throw new CliError('refused', 'The trust policy names no place to log in.', 'Use a token: `duovir token create`.');
  const person = policy.principals.find(({ name, role }) => role === 'person' && name === options.as);
  if (!person) throw new CliError('usage', `${options.as} is not a person of the trust policy.`, 'Name one with --as.');
  const { subject, accessToken, seconds } = await logInByDevice(
    policy.login,
    ({ place, code }) => session.errors.write(`Open ${place} and confirm the code ${code}.\n`),
    session.interrupted,
  );
  if (subject !== person.subject)
    throw new CliError(
      'refused',
      `You have logged in as ${subject}, which is not ${person.name}.`,
      'Name yourself with --as, or have the officer enrol this subject.',
    );
  const expiresAt = new Date(session.now().getTime() + seconds * 1000).toISOString();
  const folder = state.person(person.name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  keepLogin(folder, { accessToken, expiresAt });
  if (options.json) writeJson(session, { person: person.name, expiresAt });
  else session.output.write(`Logged in as ${person.name} until ${expiresAt}.\n`);
}
