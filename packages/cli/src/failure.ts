import { CommanderError } from 'commander';
import { DuovirError } from '@duovir/protocol';
import { ApiError } from '@duovir/sdk';
import { CliError } from './error.ts';
import { exitCodes, type ExitName } from './exit-code.ts';
import { plainText } from './terminal/text.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What a person, or with `--json` a program, is told about an error. Never a stack. */
export interface Failure {
  readonly exit: ExitName;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** Codes of the other packages' errors that do not simply mean "refused". */
const exits: Readonly<Record<string, ExitName>> = {
  'state-missing': 'not-up',
  unreachable: 'not-up',
  'timed-out': 'not-up',
  'trust-policy-invalid': 'unverified',
  'signature-invalid': 'unverified',
};

const REPORT = 'Run again with DUOVIR_DEBUG=1 to see where, and report it together with `duovir status --json`.';

export function failureOf(error: unknown): Failure {
  if (error instanceof CliError)
    return { exit: error.exit, code: error.code, message: error.message, remedy: error.remedy };
  if (error instanceof ApiError && error.problem) {
    const { code, remedy } = error.problem;
    // With the fields that were refused, which the remedy speaks of.
    return { exit: exits[code] ?? 'refused', code, message: error.message, remedy };
  }
  if (error instanceof DuovirError) {
    const code = String(error.code);
    return { exit: exits[code] ?? 'refused', code, message: error.message, remedy: error.remedy };
  }
  if (error instanceof CommanderError)
    return {
      exit: 'usage',
      code: 'usage',
      message: sentence(error.message.replace(/^error: /, '')),
      remedy: 'Look at `duovir help`, or put --help behind the command.',
    };
  const message = error instanceof Error ? error.message : String(error);
  return { exit: 'internal', code: 'internal', message, remedy: REPORT };
}

function sentence(text: string): string {
  const line = text.split('\n').join(' ');
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.?)]$/.test(line) ? '' : '.'}`;
}

/** Writes one line and its remedy, and returns the exit code. */
export function reportFailure(error: unknown, errors: Terminal, asJson: boolean): number {
  const { exit, code, message, remedy } = failureOf(error);
  const exitCode = exitCodes[exit].code;
  if (asJson) errors.write(`${JSON.stringify({ error: { code, message, remedy, exit: exitCode } })}\n`);
  else {
    errors.write(`${errors.style('bad', 'Error')} ${plainText(message)}\n`);
    errors.write(`${errors.style('quiet', 'Remedy')} ${plainText(remedy)}\n`);
  }
  return exitCode;
}
