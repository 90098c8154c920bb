import type { Command } from 'commander';
import type { EgressView, MotionView, OpinionView, RunView, StepView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { connect, type ConnectOptions } from '../../connect.ts';
import { formatDuration } from '../../progress/duration.ts';
import { line, renderLine, span, type Line } from '../../progress/line.ts';
import { formatMoney, formatTokens } from '../../progress/money.ts';
import { shortDigest } from '../../progress/narrate-review.ts';
import { writeJson, type Session } from '../../session.ts';
import { writeTable } from '../../terminal/table.ts';
import type { Style } from '../../terminal/terminal.ts';
import { findRun } from './find.ts';
import { stateCell } from './list.ts';

export async function showRun(session: Session, command: Command, id: string): Promise<void> {
  const options = command.optsWithGlobals<ConnectOptions>();
  const { client } = await connect(session, options);
  const run = await findRun(client, id);
  const [motions, opinions, steps, calls] = await Promise.all([
    client.motions(run.id),
    client.opinions(run.id),
    client.steps(run.id),
    callsOf(client, run.id),
  ]);
  if (options.json) return writeJson(session, { run, motions, opinions, steps, calls });
  const lines = [
    ...describeRun(run),
    ...describeCalls(calls),
    ...motions.flatMap((motion) => describeMotion(motion, opinions, modelsOf(calls))),
  ];
  for (const one of lines) session.output.write(renderLine(session.output, one));
  session.output.write('\n');
  writeSteps(session, steps);
}

function describeRun(run: RunView): Line[] {
  const state = stateCell(run);
  const took =
    run.endedAt === null ? [] : [span(formatDuration(Date.parse(run.endedAt) - Date.parse(run.createdAt)), 'quiet')];
  const explanation = explanationOf(run);
  return [
    { ...line(0), body: { ...span(run.goal, 'strong'), lines: 8 } },
    line(0, span(run.id, 'quiet'), span(`· ${run.environment} · asked for by ${run.requester}`, 'quiet')),
    { ...line(0, span(state.text, state.style), ...took), body: { ...span(explanation, 'quiet'), lines: 8 } },
  ];
}

function explanationOf({ state }: RunView): string {
  if (state.kind === 'settled') return state.explanation;
  return state.kind === 'asking' ? state.question : '';
}

async function callsOf(client: Client, run: string): Promise<EgressView[]> {
  const calls: EgressView[] = [];
  for await (const call of client.egress({ run })) calls.push(call);
  return calls;
}

/** What each agent asked of its model, and what that has cost. */
function describeCalls(calls: readonly EgressView[]): Line[] {
  const asked = Object.entries(Object.groupBy(calls, ({ principal, model }) => `${principal} asked ${model}`));
  return asked.map(([what, made = []]) => {
    const sum = (amount: (call: EgressView) => number): number => made.reduce((total, call) => total + amount(call), 0);
    const times = made.length === 1 ? 'once' : `${made.length} times`;
    const cost = `${formatTokens(sum(({ tokens }) => tokens))}, ${formatMoney(sum(({ microUsd }) => microUsd))}`;
    return line(0, span(`${what} ${times}`), span(cost, 'quiet'));
  });
}

/** Aliases of the models by the entries of what they led to. */
function modelsOf(calls: readonly EgressView[]): Map<number, string> {
  return new Map(calls.flatMap(({ model, ledTo }) => ledTo.map(({ entry }) => [entry, model])));
}

function thinkerOf({ reviewer, entry }: OpinionView, models: ReadonlyMap<number, string>): string {
  const model = models.get(entry);
  return model === undefined ? reviewer : `${reviewer} (${model})`;
}

const verdictStyles = { carried: 'good', rejected: 'bad', referred: 'warn' } as const;
const opinionStyles = { approve: 'good', reject: 'bad', abstain: 'warn' } as const;

function describeMotion(
  motion: MotionView,
  opinions: readonly OpinionView[],
  models: ReadonlyMap<number, string>,
): Line[] {
  const verdict = motion.verdict === null ? span('open', 'quiet') : span(motion.verdict, verdictStyles[motion.verdict]);
  return [
    line(0),
    line(
      0,
      span(`${motion.kind} ${motion.revision}`, 'strong'),
      verdict,
      span(motion.riskClass),
      span(shortDigest(motion.digest), 'quiet'),
    ),
    ...opinions
      .filter((opinion) => opinion.motion === motion.digest)
      .flatMap((opinion): Line[] => [
        {
          ...line(1, span(thinkerOf(opinion, models)), span(opinion.verdict, opinionStyles[opinion.verdict])),
          body: { ...span(opinion.detail.rationale, 'quiet'), lines: 20 },
        },
        ...opinion.detail.findings.map((finding) => ({
          ...line(2, span(finding.severity), span(finding.rule, 'quiet'), span(finding.step ?? '')),
          body: { ...span(finding.claim), lines: 20 },
        })),
      ]),
  ];
}

const stepStyles: Record<StepView['state'], Style> = {
  planned: 'quiet',
  running: 'accent',
  succeeded: 'good',
  failed: 'bad',
  undone: 'warn',
  skipped: 'quiet',
};

function writeSteps(session: Session, steps: readonly StepView[]): void {
  writeTable(
    session.output,
    ['STEP', 'STATE', 'ATTEMPTS', 'TITLE'],
    steps.map((step) => [
      { text: step.id, style: 'strong' },
      { text: step.state, style: stepStyles[step.state] },
      { text: String(step.attempts), style: 'quiet' },
      { text: step.title },
    ]),
  );
}
