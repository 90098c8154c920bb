import { resolve } from 'node:path';
import type { Command } from 'commander';
import { existingStateDirectory, stateDirectory, type StateDirectory } from '@duovir/principal';
import type { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What one start of `duovir` may use of the world. */
export interface Session {
  readonly output: Terminal;
  readonly errors: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
  now(): Date;
  finish(code: ExitCode): void;
}

export interface CommonOptions {
  readonly state?: string;
  readonly json?: true;
}

export function commonOptions(command: Command): CommonOptions {
  return command.optsWithGlobals<CommonOptions>();
}

const DEFAULT_STATE = '.duovir';

function statePath(session: Session, options: CommonOptions): string {
  return resolve(options.state ?? session.environment['DUOVIR_STATE'] ?? DEFAULT_STATE);
}

/** Where the state is, or would be made. */
export function wantedState(session: Session, options: CommonOptions): StateDirectory {
  return stateDirectory(statePath(session, options));
}

/** The state directory of this command, which must exist. */
export function openState(session: Session, options: CommonOptions): StateDirectory {
  return existingStateDirectory(statePath(session, options));
}

/** How a hint has to name this state: nothing when the default finds it. */
export function stateHint(session: Session, state: StateDirectory): string {
  return statePath(session, {}) === state.root ? '' : ` --state ${state.root}`;
}

/** One JSON document on a line: what `--json` promises. */
export function writeJson(session: Session, value: unknown): void {
  session.output.write(`${JSON.stringify(value)}\n`);
}
