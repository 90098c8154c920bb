import { Argument, type Command } from 'commander';
import { commandTree } from '../completion/command-tree.ts';
import { completionScript, shells, type Shell } from '../completion/shells.ts';
import type { Session } from '../session.ts';

export function addCompletion(program: Command, session: Session): void {
  program
    .command('completion')
    .description('print a script that makes a shell complete these commands')
    .addArgument(new Argument('<shell>', 'whose script').choices(shells))
    .action((shell: Shell) => {
      session.output.write(completionScript(shell, commandTree(program)));
    });
}
