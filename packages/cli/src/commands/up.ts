import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import type { StateDirectory } from '@duovir/principal';
import { initialise } from '../init/initialise.ts';
import { StartProgress } from '../progress/start-progress.ts';
import { openState, stateHint, wantedState, writeJson, type CommonOptions, type Session } from '../session.ts';
import { isLoopback } from '../supervisor/address.ts';
import { WEAKER } from '../supervisor/cell/weaker.ts';
import { readStatus, revive, takeDown } from '../supervisor/control-client.ts';
import { launchSupervisor } from '../supervisor/launch.ts';
import { isReady, type SupervisorStatus } from '../supervisor/status.ts';
import { writeInitialised } from './init.ts';

interface UpOptions extends CommonOptions {
  readonly host?: string;
  readonly port?: number;
  readonly withoutCells?: true;
  readonly foreground?: true;
}

export function addUp(program: Command, session: Session): void {
  program
    .command('up')
    .description('start everything and wait until it is ready; makes the state directory when there is none')
    .option('--host <address>', 'listen on this address instead of loopback')
    .option('--port <number>', 'listen on this port; 0 takes any free one', parsePort)
    .option('--without-cells', 'start although agents cannot be kept apart from each other here')
    .option('--foreground', 'stay, and stop everything when this command ends')
    .action(async (_options: unknown, command: Command) => up(session, command.optsWithGlobals<UpOptions>()));
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

async function up(session: Session, options: UpOptions): Promise<void> {
  const startedAt = performance.now();
  const state = await ensureState(session, options);
  const running = (await readStatus(state)) && (await revive(state));
  if (running && isReady(running)) return report(session, options, state, running, undefined);
  if (options.host !== undefined && !isLoopback(options.host)) warnExposed(session, options.host);
  if (options.withoutCells) warnWithoutCells(session);
  const progress = new StartProgress(options.json ? undefined : session.output);
  try {
    const { status, child } = await launchSupervisor({
      state,
      host: options.host,
      port: options.port,
      withoutCells: options.withoutCells === true,
      foreground: options.foreground === true,
      interrupted: session.interrupted,
      onStatus: (seen) => progress.show(seen),
    });
    progress.end();
    report(session, options, state, status, performance.now() - startedAt);
    if (options.foreground && child.exitCode === null) await stay(session, state, once(child, 'exit'));
  } finally {
    progress.end();
  }
}

async function ensureState(session: Session, options: UpOptions): Promise<StateDirectory> {
  const wanted = wantedState(session, options);
  if (!existsSync(wanted.trustPolicy)) {
    const made = await initialise(wanted.root, session.now(), session.environment);
    if (!options.json) writeInitialised(session, made);
  }
  return openState(session, options);
}

function warnExposed({ errors }: Session, host: string): void {
  errors.write(`${errors.style('warn', 'Warning')} ${host} can be reached from other machines, without TLS.\n`);
  errors.write(`${errors.style('quiet', 'Remedy')} Leave --host away, or put a proxy with TLS in front of it.\n`);
}

function warnWithoutCells({ errors }: Session): void {
  errors.write(`${errors.style('warn', 'Warning')} ${WEAKER}\n`);
  errors.write(`${errors.style('quiet', 'Remedy')} Install bubblewrap, then leave --without-cells away.\n`);
}

function report(
  session: Session,
  options: UpOptions,
  state: StateDirectory,
  status: SupervisorStatus,
  milliseconds: number | undefined,
): void {
  if (options.json) return writeJson(session, { ...status, ...(milliseconds === undefined ? {} : { milliseconds }) });
  const { output } = session;
  const hint = stateHint(session, state);
  const took = milliseconds === undefined ? 'was already up' : `is up, in ${(milliseconds / 1000).toFixed(1)} s`;
  output.write(`${output.style('good', '✔')} Duovir ${took}: ${output.style('strong', status.url)}\n`);
  output.write(`  duovir run start "Cluster Redis: three masters" --target sandbox --wait${hint}\n`);
  output.write(`  duovir status${hint}\n`);
  output.write(`  duovir down${hint}\n`);
}

/** Until Ctrl-C, or until somebody else takes it down. */
async function stay(session: Session, state: StateDirectory, exit: Promise<unknown>): Promise<void> {
  const interrupt = once(session.interrupted, 'abort');
  await Promise.race([exit, interrupt]);
  await takeDown(state);
  await exit;
}
