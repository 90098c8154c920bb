import type { RunEvent, Stage, WhyAnswer } from '@duovir/protocol';
import type { ConnectOptions, Connection } from '../connect.ts';
import { describeVerification } from '../evidence/describe-verification.ts';
import { verifyServersLedger } from '../evidence/verify.ts';
import { openState, type Session } from '../session.ts';
import { describeAnswer } from '../why/describe-answer.ts';
import { formatDuration } from './duration.ts';
import { blank, line, marks, renderLine, span, type Line } from './line.ts';
import type { RunMemory } from './memory.ts';
import { formatMoney, formatTokens } from './money.ts';

const BAR_COLUMNS = 24;
const WIDEST_TIME = '59 min 59 s'.length;

/** What a person wants to know when a run is over. */
export async function writeSummary(
  session: Session,
  options: ConnectOptions,
  connection: Connection,
  end: Extract<RunEvent, { type: 'run-end' }>,
  memory: RunMemory,
): Promise<void> {
  const { output } = session;
  const write = (lines: readonly Line[]): void => {
    for (const one of lines) output.write(renderLine(output, one));
  };
  write([blank, ...describeTimes(memory.stageTimes, end.body.milliseconds)]);
  write(describeHeals(memory));
  for (const answer of await healedSettings(connection, end.run, memory))
    write([blank, ...describeAnswer(answer, undefined)]);
  const checked = await verifyServersLedger(connection.client, openState(session, options));
  write([
    blank,
    line(0, span(`${memory.entries} entries and ${memory.permits} permits of this run`, 'quiet')),
    ...describeCost(memory),
    ...describeVerification(checked),
  ]);
  write([blank, ...describeNext(end.run, connection.hint)]);
}

export function describeTimes(times: ReadonlyMap<Stage, number>, total: number): Line[] {
  const longest = Math.max(...times.values(), 1);
  const rows = [...times].map(([stage, milliseconds]) => {
    const width = Math.max(Math.round((milliseconds / longest) * BAR_COLUMNS), milliseconds > 0 ? 1 : 0);
    return line(
      1,
      span(stage.padEnd('execute'.length)),
      span(formatDuration(milliseconds).padStart(WIDEST_TIME)),
      span('━'.repeat(width), 'accent'),
    );
  });
  return [line(0, span('Time', 'strong'), span(formatDuration(total))), ...rows];
}

/** Nothing to say where no model was asked. */
function describeCost({ tokens, microUsd }: RunMemory): Line[] {
  if (tokens === 0) return [];
  return [line(0, span(`its models took ${formatTokens(tokens)} and cost ${formatMoney(microUsd)}`, 'quiet'))];
}

function describeHeals(memory: RunMemory): Line[] {
  if (memory.heals.length === 0) return [];
  return [
    blank,
    line(0, span('Healed', 'strong'), span('nobody was called', 'quiet')),
    ...memory.heals.map(({ title, changes }) => line(1, marks.good, span(changes.join(', ')), span(title, 'quiet'))),
  ];
}

/** Why each patched value is what it is now: the first setting of the final plan that has it. */
async function healedSettings({ client }: Connection, run: string, memory: RunMemory): Promise<WhyAnswer[]> {
  if (memory.heals.length === 0) return [];
  const plan = await client.plan(run);
  const answers: WhyAnswer[] = [];
  for (const value of new Set(memory.heals.flatMap(({ values }) => values))) {
    const setting = plan.steps.flatMap(({ settings }) => settings).find((candidate) => candidate.value === value);
    if (!setting) continue;
    answers.push(await client.why({ target: plan.target.kind, resource: setting.resource, path: setting.path }));
  }
  return answers;
}

function describeNext(run: string, hint: string): Line[] {
  const commands = [
    ['every motion, opinion and step', `duovir run show ${run}${hint}`],
    ['what the steps wrote', `duovir run logs ${run}${hint}`],
    ['the evidence, for an auditor', `duovir evidence export --out evidence.zip${hint}`],
  ] as const;
  return [
    line(0, span('Look further', 'strong')),
    ...commands.map(([what, command]): Line => ({
      ...line(1, span(what, 'quiet')),
      body: { ...span(command, 'accent'), lines: 9 },
    })),
  ];
}
