import type { Command } from 'commander';
import type { RunView } from '@duovir/protocol';
import { connect, type ConnectOptions } from '../../connect.ts';
import { writeJson, type Session } from '../../session.ts';
import { writeTable } from '../../terminal/table.ts';
import type { Style } from '../../terminal/terminal.ts';

interface ListOptions extends ConnectOptions {
  readonly all?: true;
}

const NEWEST = 20;

export async function listRuns(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<ListOptions>();
  const { client } = await connect(session, options);
  const runs: RunView[] = [];
  for await (const run of client.runs()) {
    if (options.json) writeJson(session, run);
    runs.push(run);
    if (!options.all && runs.length === NEWEST) break;
  }
  if (options.json) return;
  if (runs.length === 0) return session.output.write('There is no run yet.\n');
  writeTable(
    session.output,
    ['RUN', 'STATE', 'BY', 'CREATED', 'GOAL'],
    runs.map((run) => [
      { text: run.id, style: 'strong' },
      stateCell(run),
      { text: run.requester },
      { text: run.createdAt.slice(0, 16).replace('T', ' '), style: 'quiet' },
      { text: run.goal },
    ]),
  );
}

export function stateCell({ state }: RunView): { readonly text: string; readonly style: Style } {
  switch (state.kind) {
    case 'running':
      return { text: state.stage, style: 'accent' };
    case 'waiting':
    case 'asking':
      return { text: state.kind, style: 'warn' };
    case 'settled':
      return { text: state.outcome, style: state.outcome === 'succeeded' ? 'good' : 'bad' };
  }
}
