import type { Command } from 'commander';
import type { Session } from '../session.ts';

/** Only these commands need the packs, which take longer to read than everything else here. */
const catalogue = () => import('./playbook-catalogue.ts');

export function addPlaybook(program: Command, session: Session): void {
  const playbook = program.command('playbook').description('what the planner knows');
  playbook
    .command('list')
    .description('list the playbooks of all packs')
    .action(async (_options: unknown, command: Command) => (await catalogue()).listPlaybooks(session, command));
  playbook
    .command('show')
    .description('show the inputs and steps of a playbook')
    .argument('<pack/playbook>', 'its name, as listed')
    .action(async (name: string, _options: unknown, command: Command) =>
      (await catalogue()).showPlaybook(session, command, name),
    );
  playbook
    .command('check')
    .description('check a playbook file, or the folder of a pack')
    .argument('<file>', 'a YAML file, or a folder with pack.yaml')
    .action(async (path: string, _options: unknown, command: Command) =>
      (await catalogue()).checkPlaybooks(session, command, path),
    );
}
