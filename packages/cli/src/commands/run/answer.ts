import type { Command } from 'commander';
import { connect, type ConnectOptions } from '../../connect.ts';
import { writeJson, type Session } from '../../session.ts';
import { findRun } from './find.ts';

export async function answerQuestion(session: Session, command: Command, id: string, answer: string): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client, hint, person } = await connect(session, options);
  const { id: run } = await findRun(client, id);
  const view = await client.answer(run, answer);
  if (options.json) return writeJson(session, view);
  session.output.write(`${session.output.style('good', '✔')} ${person} has answered; ${run} is planned on.\n`);
  session.output.write(`  duovir run watch ${run}${hint}\n`);
}
