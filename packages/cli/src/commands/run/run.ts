import type { Command } from 'commander';
import { addConnectOptions } from '../../connect.ts';
import type { Session } from '../../session.ts';
import { answerQuestion } from './answer.ts';
import { cancelRun } from './cancel.ts';
import { listRuns } from './list.ts';
import { printLogs } from './logs.ts';
import { addRequestOptions } from './request.ts';
import { showRun } from './show.ts';
import { signRun } from './sign.ts';
import { startRun } from './start.ts';
import { watchRun } from './watch.ts';

const RUN = 'id of the run; the beginning is enough';

export function addRun(program: Command, session: Session): void {
  const run = program.command('run').description('hand over work and follow it');
  addConnectOptions(addRequestOptions(run.command('start')))
    .description('ask for something; with --wait, follow it to its end')
    .argument('<goal>', 'what is wanted, in words')
    .option('--wait', 'follow the run and end with its exit code')
    .option('--idempotency-key <key>', 'asking again with the same key gives the same run')
    .action((goal: string, _options: unknown, command: Command) => startRun(session, command, goal));
  addConnectOptions(addRequestOptions(run.command('sign')))
    .description('print a request that you have signed, to be sent to POST /v1/runs within ten minutes')
    .argument('<goal>', 'what is wanted, in words')
    .option('--idempotency-key <key>', 'the key that it will be sent with')
    .action((goal: string, _options: unknown, command: Command) => signRun(session, command, goal));
  addConnectOptions(run.command('list'))
    .description('list runs, newest first')
    .option('--all', 'all of them, not only the newest')
    .action((_options: unknown, command: Command) => listRuns(session, command));
  addConnectOptions(run.command('show'))
    .description('show a run: its motions with their opinions, and its steps')
    .argument('<run>', RUN)
    .action((id: string, _options: unknown, command: Command) => showRun(session, command, id));
  addConnectOptions(run.command('watch'))
    .description('follow a run from its beginning to its end')
    .argument('<run>', RUN)
    .action((id: string, _options: unknown, command: Command) => watchRun(session, command, id));
  addConnectOptions(run.command('answer'))
    .description("answer the planner's question")
    .argument('<run>', RUN)
    .argument('<text>', 'the answer, in words')
    .action((id: string, text: string, _options: unknown, command: Command) =>
      answerQuestion(session, command, id, text),
    );
  addConnectOptions(run.command('cancel'))
    .description('stop a run; what it has done is undone')
    .argument('<run>', RUN)
    .action((id: string, _options: unknown, command: Command) => cancelRun(session, command, id));
  addConnectOptions(run.command('logs'))
    .description('print what the steps of a run wrote')
    .argument('<run>', RUN)
    .option('--step <id>', 'only of this step')
    .action((id: string, _options: unknown, command: Command) => printLogs(session, command, id));
}
