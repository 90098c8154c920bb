import type { Command } from 'commander';
import { initialise, type Initialised } from '../init/initialise.ts';
import { readModelsFile } from '../init/models-file.ts';
import { wantedState, writeJson, type CommonOptions, type Session } from '../session.ts';

export function addInit(program: Command, session: Session): void {
  program
    .command('init')
    .description('make a state directory: keys, a signed trust policy, two people with tokens')
    .option('--models <file>', 'YAML or JSON: models, their budget, and the agents that think with them')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { readonly models?: string }>();
      const { root } = wantedState(session, options);
      const models = options.models === undefined ? undefined : readModelsFile(options.models);
      const made = await initialise(root, session.now(), session.environment, models);
      if (options.json) writeJson(session, made);
      else writeInitialised(session, made);
    });
}

export function writeInitialised({ output }: Session, { root, principals }: Initialised): void {
  output.write(`${output.style('good', '✔')} State in ${output.style('strong', root)}\n`);
  output.write(
    `  ${principals.length} keys, a trust policy signed by the officer, and README.md that explains each file\n`,
  );
}
