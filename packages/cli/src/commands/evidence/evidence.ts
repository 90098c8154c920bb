import { Option, type Command } from 'commander';
import { evidenceScopeSchema } from '@duovir/protocol';
import { addConnectOptions } from '../../connect.ts';
import type { Session } from '../../session.ts';
import { verifyEvidence } from './verify.ts';

/** Who has the role of an auditor in a new installation. */
const AUDITOR = 'deputy';

export function addEvidence(program: Command, session: Session): void {
  const evidence = program
    .command('evidence')
    .description('what an assessor gets: the log, tables of it, and how to verify both');
  addConnectOptions(evidence.command('export'), AUDITOR)
    .description('make an evidence pack of a period; the export itself is an entry of the ledger')
    .option('--from <date>', 'the first day, as 2026-01-01, or a moment; without it, from the beginning')
    .option('--to <date>', 'the last day, which belongs to it, or a moment, which does not; without it, to the end')
    .addOption(new Option('--scope <scope>', 'what is asked for').choices(evidenceScopeSchema.options).default('all'))
    .requiredOption('--out <file>', 'where to; a folder unless it ends in .zip')
    .option('--pdf <file>', 'print the summary, too, with an installed Chromium')
    .option('--chromium <path>', 'the Chromium to print with, when it is not on the path')
    .action(async (_options: unknown, command: Command) => {
      // With what draws the charts, which is more than all the rest.
      const { exportEvidence } = await import('./export.ts');
      return exportEvidence(session, command);
    });
  evidence
    .command('verify')
    .description('verify an evidence pack with nothing else: no server, no network, no state directory')
    .argument('<pack>', 'the ZIP file, or a folder with what was in it')
    .option('--officer <key>', "the officer's public key in base64, from somebody else than who gave you the pack")
    .option('--tsa-ca <file>', 'certificates (PEM) of the time-stamping authorities that you trust')
    .option('--html <file>', 'write what was found as a page, too')
    .action((pack: string, _options: unknown, command: Command) => verifyEvidence(session, command, pack));
}
