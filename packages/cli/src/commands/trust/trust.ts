import { InvalidArgumentError, Option, type Command } from 'commander';
import { addConnectOptions } from '../../connect.ts';
import type { Session } from '../../session.ts';
import { addOfficerOptions } from '../../trust/officer-signer.ts';
import { applyTrust } from './apply.ts';
import { checkTrust } from './check.ts';
import { diffTrust } from './diff.ts';
import { enrolPrincipal } from './enrol.ts';
import { revokePrincipal } from './revoke.ts';
import { rotateKey } from './rotate.ts';
import { showTrust } from './show.ts';
import { signTrust } from './sign.ts';

/** Whoever may administer by the access policies of a new installation. */
const ADMINISTRATOR = 'approver';
const DRAFT = 'trust-policy.yaml';
const POLICY = 'a version, a file in YAML or a signed one';

export function addTrust(program: Command, session: Session): void {
  const trust = program.command('trust').description('who may decide what: the trust policy that the officer signs');
  trust
    .command('show')
    .description('show the trust policy in force, or an earlier one')
    .option('--version <version>', 'another version', versionOf)
    .option('--yaml', 'as a document to edit')
    .action((_options: unknown, command: Command) => showTrust(session, command));
  trust
    .command('diff')
    .description('show where two policies differ: the last two, one and the one in force, or both that are named')
    .argument('[before]', POLICY)
    .argument('[after]', POLICY)
    .action((before: string | undefined, after: string | undefined, _options: unknown, command: Command) =>
      diffTrust(session, command, before, after),
    );
  trust
    .command('check')
    .description('find what can never be carried, what one party could carry alone, and what contradicts itself')
    .argument('[policy]', `${POLICY}; without it, the one in force`)
    .action((policy: string | undefined, _options: unknown, command: Command) => checkTrust(session, command, policy));
  addOfficerOptions(trust.command('sign'))
    .description("sign a policy with the officer's key")
    .argument('<policy>', 'file in YAML; version, issuedAt and supersedes are filled in where it leaves them out')
    .requiredOption('--out <file>', 'where to write the signed policy; must not exist')
    .option('--force-warnings', 'sign although there are warnings; never although there are errors')
    .action((policy: string, _options: unknown, command: Command) => signTrust(session, command, policy));
  addConnectOptions(trust.command('apply'), ADMINISTRATOR)
    .description('put a signed policy in force')
    .argument('<signed>', 'file that `duovir trust sign` wrote')
    .option('--yes', 'do not ask')
    .action((signed: string, _options: unknown, command: Command) => applyTrust(session, command, signed));
  draftOption(trust.command('enrol'))
    .description('write a principal into a draft of the next policy, and make its key')
    .argument('<name>', 'its name')
    .addOption(
      new Option('--role <role>', 'what it is')
        .choices(['planner', 'reviewer', 'healer', 'person'])
        .makeOptionMandatory(),
    )
    .option('--group <group>', 'its independence group; without it, its own')
    .option('--mandate <mandate>', 'what a reviewer looks at')
    .option('--model <alias>', 'the model an agent thinks with, out of egress.models')
    .option('--roles <roles>', 'what a person is to the access policies, separated by commas')
    .option('--team <team>', "whose budget a person's runs are on")
    .option('--public-key <key>', 'raw Ed25519 key in base64, where the private one is not here')
    .action((name: string, _options: unknown, command: Command) => enrolPrincipal(session, command, name));
  draftOption(trust.command('rotate'))
    .description('make a new key for a principal and write it into a draft of the next policy')
    .argument('<name>', 'its name')
    .option('--log', 'of the server: a new key for the log, and for nothing else')
    .action((name: string, _options: unknown, command: Command) => rotateKey(session, command, name));
  draftOption(trust.command('revoke'))
    .description('take a principal out of a draft of the next policy')
    .argument('<name>', 'its name')
    .action((name: string, _options: unknown, command: Command) => revokePrincipal(session, command, name));
}

function draftOption(command: Command): Command {
  return command.option('--draft <file>', 'the draft; made from the policy in force if it is not there', DRAFT);
}

function versionOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('A version is a number from 1 on.');
  return Number(text);
}
