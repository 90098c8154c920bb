import { CommanderError } from 'commander';
import { exitCodes } from './exit-code.ts';
import { reportFailure } from './failure.ts';
import { createProgram } from './program.ts';
import type { Session } from './session.ts';
import { openTerminal } from './terminal/terminal.ts';

/** Runs one command; the process ends by itself with its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  process.stdout.on('error', ignoreClosedPipe);
  const session: Session = {
    output: openTerminal(process.stdout, process.env),
    errors: openTerminal(process.stderr, process.env),
    environment: process.env,
    interrupted: interrupt.signal,
    now: () => new Date(),
    finish: (code) => (process.exitCode = code),
  };
  try {
    await (await createProgram(session, argv)).parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    if (error instanceof CommanderError && error.code === 'commander.help') return session.finish(exitCodes.usage.code);
    if (interrupt.signal.aborted) process.exitCode = exitCodes.interrupted.code;
    else process.exitCode = reportFailure(error, session.errors, argv.includes('--json'));
    if ((process.env['DUOVIR_DEBUG'] ?? '') !== '') console.error(error);
  }
}

/** `duovir run list | head -1`: the reader has seen enough. Not 0: a verification that was not read to its end is none. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.unread.code);
}
