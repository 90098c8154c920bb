import type { Command } from 'commander';
import { addConnectOptions, connect, type ConnectOptions } from '../connect.ts';
import { describeDebate } from '../motion/describe-debate.ts';
import { findMotion } from '../motion/find-motion.ts';
import { line, renderLine, span } from '../progress/line.ts';
import { shortDigest } from '../progress/narrate-review.ts';
import { writeJson, type Session } from '../session.ts';
import { findRun } from './run/find.ts';

export function addMotion(program: Command, session: Session): void {
  const motion = program.command('motion').description('read what was put to the vote, and how it was decided');
  addConnectOptions(motion.command('list'))
    .description('list the motions of a run')
    .argument('<run>', 'id of the run; the beginning is enough')
    .action((run: string, _options: unknown, command: Command) => list(session, command, run));
  addConnectOptions(motion.command('show'))
    .description(
      'show the whole debate: votes, findings, answers, tests, who changed their mind, tally against the rule',
    )
    .argument('<motion>', 'digest of the motion; the beginning is enough')
    .action((digest: string, _options: unknown, command: Command) => show(session, command, digest));
}

async function list(session: Session, command: Command, id: string): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client } = await connect(session, options);
  const motions = await client.motions((await findRun(client, id)).id);
  if (options.json) return writeJson(session, motions);
  if (motions.length === 0) return session.output.write('Nothing has been put to the vote yet.\n');
  for (const { digest, kind, revision, riskClass, verdict, explanation } of motions)
    session.output.write(
      renderLine(session.output, {
        ...line(
          0,
          span(shortDigest(digest), 'strong'),
          span(`${kind} ${revision}`),
          span(riskClass, 'warn'),
          span(verdict ?? 'open'),
        ),
        body: { ...span(explanation ?? '', 'quiet'), lines: 2 },
      }),
    );
}

async function show(session: Session, command: Command, id: string): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client } = await connect(session, options);
  const motion = await findMotion(client, id);
  const debate = await client.debate(motion.digest);
  if (options.json) return writeJson(session, { ...motion, debate });
  for (const one of describeDebate(motion, debate)) session.output.write(renderLine(session.output, one));
}
