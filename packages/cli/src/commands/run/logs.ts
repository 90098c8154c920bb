import type { Command } from 'commander';
import { connect, type ConnectOptions } from '../../connect.ts';
import { writeJson, type Session } from '../../session.ts';
import { plainLines } from '../../terminal/text.ts';
import { findRun } from './find.ts';

interface LogOptions extends ConnectOptions {
  readonly step?: string;
}

export async function printLogs(session: Session, command: Command, id: string): Promise<void> {
  const options = command.optsWithGlobals<LogOptions>();
  const { client } = await connect(session, options);
  const { id: run } = await findRun(client, id);
  const { output } = session;
  for await (const entry of client.logs(run, options.step === undefined ? {} : { step: options.step })) {
    if (options.json) writeJson(session, entry);
    else
      for (const text of plainLines(entry.text))
        output.write(
          `${output.style('quiet', entry.time.slice(11, 23))} ${output.style('accent', entry.step)} ${output.style(entry.stream === 'stderr' ? 'warn' : 'plain', text)}\n`,
        );
  }
}
