import type { Command } from 'commander';
import { commonOptions, openState, writeJson, type Session } from '../session.ts';
import { takeDown } from '../supervisor/control-client.ts';

export function addDown(program: Command, session: Session): void {
  program
    .command('down')
    .description('stop everything in good order and see that nothing is left')
    .action(async (_options: unknown, command: Command) => {
      const options = commonOptions(command);
      const stopped = await takeDown(openState(session, options));
      if (options.json) writeJson(session, { wasUp: stopped !== undefined, stopped: stopped?.length ?? 0, left: 0 });
      else session.output.write(stopped ? saidDown(session, stopped.length) : 'Duovir was not up.\n');
    });
}

function saidDown({ output }: Session, count: number): string {
  return `${output.style('good', '✔')} Duovir is down: ${count} processes ended, none is left.\n`;
}
