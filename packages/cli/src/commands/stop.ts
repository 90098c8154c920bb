import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { commitTo, signStatement, type Signer, type StopRequest, type StopView } from '@duovir/protocol';
import { liftStatement } from '@duovir/sdk';
import { addConnectOptions, connect, type ConnectOptions } from '../connect.ts';
import { CliError } from '../error.ts';
import { personSigner, personSignerIfAny } from '../person-key.ts';
import { line, marks, renderLine, span, type Line } from '../progress/line.ts';
import { shortDigest } from '../progress/narrate-review.ts';
import { writeJson, type Session } from '../session.ts';

interface StopOptions extends ConnectOptions {
  readonly reason: string;
  readonly halt?: true;
}

const APPROVER = 'approver';
const SALT_BYTES = 32;

export function addStop(program: Command, session: Session): void {
  const stop = program
    .command('stop')
    .description('the emergency stop: nothing is executed until another person lifts it');
  addConnectOptions(stop.command('now', { isDefault: true }))
    .description('stop everything, for every run')
    .requiredOption('--reason <text>', 'why; whoever lifts the stop reads it')
    .option('--halt', 'also end what is running now')
    .action((_options: unknown, command: Command) => stopNow(session, command));
  addConnectOptions(stop.command('show'))
    .description('show what is stopped, by whom and why')
    .action((_options: unknown, command: Command) => show(session, command));
  addConnectOptions(stop.command('lift'), APPROVER)
    .description('lift what others have stopped, with your key')
    .argument('[stop]', 'digest of one stop; the beginning is enough')
    .action((digest: string | undefined, _options: unknown, command: Command) => lift(session, command, digest));
}

async function stopNow(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<StopOptions>();
  const { client, person, hint } = await connect(session, options);
  const { reason, halt = false } = options;
  const signer = await personSignerIfAny(session, options, person);
  const signed = signer && (await signedStop(signer, reason, (await client.stops()).trustPolicy, session.now()));
  const view = await client.stop({ reason, halt, ...(signed ? { signed } : {}) });
  if (options.json) return writeJson(session, view);
  for (const one of describeStops(view)) session.output.write(renderLine(session.output, one));
  session.output.write(`  duovir stop lift --as <another person>${hint}\n`);
}

async function show(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client } = await connect(session, options);
  const view = await client.stops();
  if (options.json) return writeJson(session, view);
  for (const one of describeStops(view)) session.output.write(renderLine(session.output, one));
}

/** Signed here, about each stop by itself: the runner takes nobody else's word for it. */
async function lift(session: Session, command: Command, digest: string | undefined): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client, person } = await connect(session, options);
  let view = await client.stops();
  const signer = await personSigner(session, options, person);
  for (const { statement, ...stop } of liftable(view, person, digest)) {
    const lifted = await liftStatement({ person, stop: statement }, { time: session.now() });
    view = await client.liftStop({ statement: await signStatement(signer, lifted) });
    if (options.json) continue;
    const words = `${person} has lifted the stop of ${stop.person}: ${stop.reason}`;
    session.output.write(renderLine(session.output, { ...line(0, marks.good), body: { ...span(words), lines: 4 } }));
  }
  if (options.json) return writeJson(session, view);
  if (view.stops.length > 0)
    for (const one of describeStops(view)) session.output.write(renderLine(session.output, one));
}

function liftable({ stops }: StopView, person: string, digest: string | undefined): StopView['stops'] {
  const prefix = digest === undefined || digest.startsWith('sha256:') ? (digest ?? '') : `sha256:${digest}`;
  const found = stops.filter((stop) => stop.digest.startsWith(prefix));
  if (found.length === 0)
    throw new CliError('not-found', 'No such stop is in force.', 'See what is with `duovir stop show`.');
  const others = found.filter((stop) => stop.person !== person);
  if (others.length === 0)
    throw new CliError(
      'refused',
      `${person} has stopped everything, and cannot lift that.`,
      'Have another person lift it: `duovir stop lift --as <person>`.',
    );
  return others;
}

async function signedStop(
  signer: Signer,
  reason: string,
  trustPolicy: StopView['trustPolicy'],
  now: Date,
): Promise<NonNullable<StopRequest['signed']>> {
  const salt = randomBytes(SALT_BYTES).toString('hex');
  const statement = await signStatement(signer, {
    kind: 'stop',
    run: 'duovir',
    time: now.toISOString(),
    subject: trustPolicy,
    predicate: { person: signer.principal, commitment: commitTo(salt, reason) },
  });
  return { statement, salt };
}

const atRunner: Record<StopView['runner'], string> = {
  stopped: 'the runner refuses every permit',
  open: 'the runner has not been told yet',
  unreachable: 'the runner does not answer; it is told as soon as it does, and no permit is minted before',
};

export function describeStops({ stops, runner }: StopView): Line[] {
  if (stops.length === 0 && runner !== 'stopped') return [line(0, marks.good, span('Nothing is stopped.'))];
  const described = stops.map(({ person, digest, reason, halt, since }): Line => ({
    ...line(0, marks.bad, span(`${person} has stopped everything`, 'bad'), span(shortDigest(digest), 'quiet')),
    body: { ...span(`${reason} (since ${since}${halt ? ', what was running too' : ''})`), lines: 4 },
  }));
  return [...described, line(0, span(atRunner[runner], runner === 'stopped' ? 'quiet' : 'warn'))];
}
