import type { Command } from 'commander';
import type { ApprovalView } from '@duovir/protocol';
import { signStatement } from '@duovir/protocol';
import { addConnectOptions, connect, type ConnectOptions } from '../connect.ts';
import { CliError } from '../error.ts';
import { line, renderLine, span, type Line } from '../progress/line.ts';
import { personSigner } from '../person-key.ts';
import { shortDigest } from '../progress/narrate-review.ts';
import { writeJson, type Session } from '../session.ts';
import { plainText } from '../terminal/text.ts';

const APPROVER = 'approver';
const MOTION = 'digest of the motion; the beginning is enough';

export function addApproval(program: Command, session: Session): void {
  const approval = program.command('approval').description('decide what is referred to people');
  addConnectOptions(approval.command('list'), APPROVER)
    .description('list what waits for people')
    .action((_options: unknown, command: Command) => list(session, command));
  addConnectOptions(approval.command('approve'), APPROVER)
    .description('approve a motion with your key')
    .argument('<motion>', MOTION)
    .action((motion: string, _options: unknown, command: Command) => decide(session, command, motion, 'approve'));
  addConnectOptions(approval.command('reject'), APPROVER)
    .description('reject a motion with your key')
    .argument('<motion>', MOTION)
    .action((motion: string, _options: unknown, command: Command) => decide(session, command, motion, 'reject'));
}

async function list(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client, hint } = await connect(session, options);
  const waiting = await client.approvals();
  if (options.json) return writeJson(session, waiting);
  if (waiting.length === 0) return session.output.write('Nothing waits for people.\n');
  for (const one of waiting.flatMap((view) => describe(view, hint)))
    session.output.write(renderLine(session.output, one));
}

function describe(view: ApprovalView, hint: string): Line[] {
  const { motion, run, requester, environment, dataClass, until } = view;
  const given = view.given.map(({ person, verdict }) => `${person}: ${verdict}`).join(', ');
  const counted = view.rule.map(({ what, needed, counted: found }) => `${what}: ${found} of ${needed}`).join(' · ');
  return [
    {
      ...line(0, span(shortDigest(motion), 'strong'), span(view.riskClass, 'warn')),
      body: { ...span(view.goal), lines: 3 },
    },
    line(1, span(`${run} · asked for by ${requester} · ${environment} · ${dataClass} data · until ${until}`, 'quiet')),
    line(1, span(view.reasons.join(', '), 'quiet')),
    { ...line(1), body: { ...span(view.explanation), lines: 3 } },
    { ...line(1), body: { ...span(counted, 'quiet'), lines: 4 } },
    line(1, span(`needs ${view.needed} of ${view.people.join(', ')}${given === '' ? '' : ` · given: ${given}`}`)),
    { ...line(1), body: { ...span(`duovir motion show ${shortDigest(motion)}${hint}`, 'accent'), lines: 9 } },
    { ...line(1), body: { ...span(`duovir approval approve ${shortDigest(motion)}${hint}`, 'accent'), lines: 9 } },
  ];
}

/** The signature is made here, with the person's own key: the server can neither make nor change it. */
async function decide(
  session: Session,
  command: Command,
  motion: string,
  verdict: 'approve' | 'reject',
): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client, person } = await connect(session, options);
  const view = find(await client.approvals(), motion);
  const signer = await personSigner(session, options, person);
  const approval = await signStatement(signer, {
    kind: 'approval',
    run: view.run,
    time: session.now().toISOString(),
    subject: view.motion,
    predicate: { verdict, trustPolicy: view.trustPolicy },
  });
  await client.decide(view.run, { motion: view.motion, approval });
  if (options.json) return writeJson(session, { run: view.run, motion: view.motion, person, verdict });
  const { output } = session;
  const said = verdict === 'approve' ? 'approved' : 'rejected';
  output.write(`${output.style('good', '✔')} ${person} has ${said} ${shortDigest(view.motion)} of ${view.run}.\n`);
}

function find(waiting: readonly ApprovalView[], motion: string): ApprovalView {
  const prefix = motion.startsWith('sha256:') ? motion : `sha256:${motion}`;
  if (!/^sha256:[0-9a-f]{6,64}$/.test(prefix))
    throw new CliError('usage', `${plainText(motion)} is not the digest of a motion.`, 'See `duovir approval list`.');
  const found = waiting.filter((view) => view.motion.startsWith(prefix));
  const [view] = found;
  if (!view) throw new CliError('not-found', `No motion ${prefix} waits for people.`, 'See `duovir approval list`.');
  if (found.length > 1)
    throw new CliError('usage', `${found.length} motions begin with ${prefix}.`, 'Write more of it.');
  return view;
}
