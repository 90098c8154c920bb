import { Option, type Command } from 'commander';
import { shredReasonSchema } from '@duovir/protocol';
import { addConnectOptions } from '../../connect.ts';
import type { Session } from '../../session.ts';
import { listBlobs } from './list.ts';
import { shredBlobs } from './shred.ts';

/** What people shred with, as they apply trust policies. */
const ADMINISTRATOR = 'approver';

export function addBlob(program: Command, session: Session): void {
  const blob = program.command('blob').description('content that the ledger only commits to, sealed one by one');
  addConnectOptions(blob.command('list'))
    .description('list what is sealed of a run: what it is, which entry commits to it, whether it was shredded')
    .requiredOption('--run <run>', 'id of the run; the beginning is enough')
    .action((_options: unknown, command: Command) => listBlobs(session, command));
  addConnectOptions(blob.command('shred'), ADMINISTRATOR)
    .description('destroy sealed content for good: the ledger says so first, then keys, salts and bytes are gone')
    .argument('[commitments...]', 'as `duovir blob list` shows them; with --run the beginning is enough')
    .addOption(
      new Option('--reason <reason>', 'why: a person asks for it, its time has come, or it should never have been kept')
        .choices(shredReasonSchema.options)
        .makeOptionMandatory(),
    )
    .option('--run <run>', 'of this run; without commitments everything of it')
    .option('--older-than <time>', 'everything of runs that ended so long ago: 400d')
    .option('--dry-run', 'only list what would be destroyed')
    .option('--yes', 'do not ask')
    .action((commitments: string[], _options: unknown, command: Command) => shredBlobs(session, command, commitments));
}
