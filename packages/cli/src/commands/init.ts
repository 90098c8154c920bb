import type { Command } from 'commander';
import { initialise, type Initialised } from '../init/initialise.ts';
import { commonOptions, wantedState, writeJson, type Session } from '../session.ts';

export function addInit(program: Command, session: Session): void {
  program
    .command('init')
    .description('make a state directory: keys, a signed trust policy, two people with tokens')
    .action(async (_options: unknown, command: Command) => {
      const options = commonOptions(command);
      const made = await initialise(wantedState(session, options).root, session.now(), session.environment);
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
