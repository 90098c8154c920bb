import { createInterface } from 'node:readline/promises';
import { CliError } from '../error.ts';
import type { Session } from '../session.ts';

/** Asks the person at the terminal; where there is none, only an explicit yes counts. */
export async function confirm({ interrupted }: Session, question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new CliError(
      'usage',
      'Nobody is at this terminal who could confirm it.',
      'Look at it, then run it with --yes.',
    );
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: interrupted });
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
