import { randomBytes } from 'node:crypto';
import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  commitTo,
  signStatement,
  type BreakGlassRequest,
  type BreakGlassView,
  type GrantView,
  type RiskClass,
  type Signer,
} from '@duovir/protocol';
import { newRunId } from '@duovir/sdk';
import { describeGlass } from '../break-glass/describe-glass.ts';
import { findGrant } from '../break-glass/find-grant.ts';
import { addConnectOptions, connect, type ConnectOptions } from '../connect.ts';
import { CliError } from '../error.ts';
import { personSigner } from '../person-key.ts';
import { renderLine } from '../progress/line.ts';
import { writeJson, type Session } from '../session.ts';

interface OpenOptions extends ConnectOptions {
  readonly reason: string;
  readonly minutes?: number;
  readonly class?: RiskClass[];
}

const OPENER = 'approver';
const CONFIRMER = 'deputy';
const GRANT = 'id of the grant; the beginning is enough';
const SALT_BYTES = 32;

export function addBreakGlass(program: Command, session: Session): void {
  const glass = program
    .command('break-glass')
    .description('decide together when the reviewers are out of reach; checkers and vetoes stay');
  addConnectOptions(glass.command('open'), OPENER)
    .description('ask to break the glass, with your key; another person has to confirm it')
    .requiredOption('--reason <text>', 'why; whoever confirms reads it')
    .option('--minutes <number>', 'for how long (default: as long as the trust policy allows)', parseMinutes)
    .addOption(
      new Option('--class <class...>', 'for which risk classes (default: all that the trust policy allows)').choices([
        'R1',
        'R2',
        'R3',
      ]),
    )
    .action((_options: unknown, command: Command) => open(session, command));
  addConnectOptions(glass.command('confirm'), CONFIRMER)
    .description('confirm what another person has opened, with your key')
    .argument('<grant>', GRANT)
    .action((grant: string, _options: unknown, command: Command) => confirm(session, command, grant));
  addConnectOptions(glass.command('show'))
    .description('show who has broken the glass, and what the trust policy allows')
    .action((_options: unknown, command: Command) => show(session, command));
  addConnectOptions(glass.command('end'))
    .description('end a grant before its time')
    .argument('<grant>', GRANT)
    .action((grant: string, _options: unknown, command: Command) => end(session, command, grant));
}

function parseMinutes(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('Write whole minutes, such as 30.');
  return Number(text);
}

async function open(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<OpenOptions>();
  const { client, person, hint } = await connect(session, options);
  const { rule, trustPolicy } = await client.brokenGlass();
  if (!rule)
    throw new CliError(
      'refused',
      'The trust policy lets nobody break the glass.',
      'Have the officer allow it there (`breakGlass`), or have reviewers decide.',
    );
  const now = session.now();
  const grant = `grant-${newRunId().slice('run-'.length)}`;
  const until = new Date(now.getTime() + (options.minutes ?? rule.minutes) * 60_000).toISOString();
  const salt = randomBytes(SALT_BYTES).toString('hex');
  const about = { grant, until, classes: options.class ?? rule.classes, reason: options.reason, salt };
  const signer = await personSigner(session, options, person);
  const view = await client.breakGlass(await signedWord(signer, about, trustPolicy, now));
  report(session, options, view, grant);
  if (!options.json) session.output.write(`  duovir break-glass confirm ${grant} --as <another person>${hint}\n`);
}

/** Says the same as whoever opened it: the reason and its salt come from him, and the ledger holds both to one commitment. */
async function confirm(session: Session, command: Command, id: string): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client, person } = await connect(session, options);
  const { grants, trustPolicy } = await client.brokenGlass();
  const found = findGrant(grants, id);
  const signer = await personSigner(session, options, person);
  report(
    session,
    options,
    await client.breakGlass(await signedWord(signer, found, trustPolicy, session.now())),
    found.grant,
  );
}

async function show(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client } = await connect(session, options);
  const view = await client.brokenGlass();
  if (options.json) return writeJson(session, view);
  for (const one of describeGlass(view)) session.output.write(renderLine(session.output, one));
}

async function end(session: Session, command: Command, id: string): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client } = await connect(session, options);
  const { grant } = findGrant((await client.brokenGlass()).grants, id);
  report(session, options, await client.endBreakGlass(grant), grant);
}

function report(session: Session, { json }: ConnectOptions, view: BreakGlassView, grant: string): void {
  const grants = view.grants.filter((one) => one.grant === grant);
  if (json) return writeJson(session, grants[0] ?? null);
  for (const one of describeGlass({ ...view, grants })) session.output.write(renderLine(session.output, one));
}

async function signedWord(
  signer: Signer,
  { grant, until, classes, reason, salt }: Pick<GrantView, 'grant' | 'until' | 'classes' | 'reason' | 'salt'>,
  trustPolicy: BreakGlassView['trustPolicy'],
  now: Date,
): Promise<BreakGlassRequest> {
  const statement = await signStatement(signer, {
    kind: 'break-glass',
    run: 'duovir',
    time: now.toISOString(),
    subject: trustPolicy,
    predicate: { grant, until, classes, commitment: commitTo(salt, reason) },
  });
  return { reason, salt, statement };
}
