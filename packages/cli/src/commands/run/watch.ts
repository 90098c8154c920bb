import type { Command } from 'commander';
import type { RunEvent } from '@duovir/protocol';
import { connect, type ConnectOptions, type Connection } from '../../connect.ts';
import { exitCodeOf, exitCodes } from '../../exit-code.ts';
import { RunProgress } from '../../progress/run-progress.ts';
import { writeSummary } from '../../progress/summary.ts';
import { writeJson, type Session } from '../../session.ts';
import { findRun } from './find.ts';

export async function watchRun(session: Session, command: Command, id: string): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const connection = await connect(session, options);
  const run = await findRun(connection.client, id);
  await follow(session, options, connection, run.id);
}

/** Shows a run from its first event to its last and ends with the exit code of its outcome. */
export async function follow(
  session: Session,
  options: ConnectOptions,
  connection: Connection,
  run: string,
): Promise<void> {
  const { client, hint } = connection;
  using progress = options.json ? undefined : new RunProgress(session.output, hint, Date.now);
  let last: RunEvent | undefined;
  for await (const event of client.events(run, { signal: session.interrupted })) {
    last = event;
    if (options.json) writeJson(session, event);
    else progress?.show(event);
    if (event.type === 'run-end') break;
  }
  if (last?.type !== 'run-end') return leave(session, options, run, hint);
  if (progress) await writeSummary(session, options, connection, last, progress.memory);
  session.finish(exitCodeOf(last.body.outcome));
}

/** Ctrl-C ends the watching, never the run. */
function leave(session: Session, options: ConnectOptions, run: string, hint: string): void {
  if (!options.json) {
    session.output.write(`\nThe run goes on. Follow it with \`duovir run watch ${run}${hint}\`,\n`);
    session.output.write(`stop it with \`duovir run cancel ${run}${hint}\`.\n`);
  }
  session.finish(exitCodes.interrupted.code);
}
