import type { Command } from 'commander';
import { addConnectOptions } from '../../connect.ts';
import type { Session } from '../../session.ts';
import { listEgress } from './list.ts';
import { showEgress } from './show.ts';
import { resumeModels, stopModels } from './switch.ts';

/** Whoever stopped the models may not resume them, so another person is the default. */
const RESUMER = 'approver';

export function addEgress(program: Command, session: Session): void {
  const egress = program.command('egress').description('what has left for models, and the switch that stops it');
  addConnectOptions(egress.command('list'))
    .description('list calls to models, newest first')
    .option('--run <run>', 'only of this run; the beginning of its id is enough')
    .option('--principal <name>', 'only of this agent')
    .option('--model <alias>', 'only to this model')
    .option('--all', 'all of them, not only the newest')
    .action((_options: unknown, command: Command) => listEgress(session, command));
  addConnectOptions(egress.command('show'))
    .description('show what left in a call and what came back, with placeholders where values stood')
    .argument('<call>', 'id of the call, as `duovir egress list` shows it; the beginning is enough')
    .option('--bytes', 'write the exact bytes that left, and nothing else')
    .action((call: string, _options: unknown, command: Command) => showEgress(session, command, call));
  addConnectOptions(egress.command('stop'))
    .description('end every call to a model now, and begin no other')
    .requiredOption('--reason <text>', 'why; others will read it')
    .action((_options: unknown, command: Command) => stopModels(session, command));
  addConnectOptions(egress.command('resume'), RESUMER)
    .description('allow calls to models again; somebody else than who stopped them has to do it')
    .action((_options: unknown, command: Command) => resumeModels(session, command));
}
