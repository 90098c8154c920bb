import type { Command } from 'commander';
import { openState, writeJson, type CommonOptions, type Session } from '../session.ts';
import { takeDown } from '../supervisor/control-client.ts';
import { purge } from '../supervisor/purge.ts';
import { plainText } from '../terminal/text.ts';

interface DownOptions extends CommonOptions {
  readonly purge?: true;
}

export function addDown(program: Command, session: Session): void {
  program
    .command('down')
    .description('stop everything in good order and see that nothing is left')
    .option('--purge', 'then delete the state directory: keys, runs, ledger and database, for ever')
    .action((_options: unknown, command: Command) => down(session, command.optsWithGlobals<DownOptions>()));
}

async function down(session: Session, options: DownOptions): Promise<void> {
  const state = openState(session, options);
  const stopped = await takeDown(state);
  if (options.purge) await purge(state);
  const purged = options.purge === true;
  if (options.json)
    return writeJson(session, { wasUp: stopped !== undefined, stopped: stopped?.length ?? 0, left: 0, purged });
  const { output } = session;
  const mark = output.style('good', '✔');
  if (stopped) output.write(`${mark} Duovir is down: ${stopped.length} processes ended, none is left.\n`);
  else output.write('Duovir was not up.\n');
  if (purged) output.write(`${mark} ${plainText(state.root)} is deleted.\n`);
}
