import type { Command } from 'commander';
import { connect, type ConnectOptions } from '../../connect.ts';
import { writeJson, type Session } from '../../session.ts';
import { findRun } from './find.ts';

export async function cancelRun(session: Session, command: Command, id: string): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client, hint } = await connect(session, options);
  const { id: run } = await findRun(client, id);
  const view = await client.cancel(run);
  if (options.json) return writeJson(session, view);
  session.output.write(`${session.output.style('good', '✔')} ${run} is asked to stop; what it has done is undone.\n`);
  session.output.write(`  duovir run watch ${run}${hint}\n`);
}
