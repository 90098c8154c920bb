import type { Command } from 'commander';
import type { BudgetView } from '@duovir/protocol';
import { addConnectOptions, connect, type ConnectOptions } from '../connect.ts';
import { line, marks, renderLine, span, type Line } from '../progress/line.ts';
import { formatMoney, formatTokens } from '../progress/money.ts';
import { writeJson, type Session } from '../session.ts';
import type { Style } from '../terminal/terminal.ts';
import { findRun } from './run/find.ts';

interface BudgetOptions extends ConnectOptions {
  readonly run?: string;
}

const BAR_COLUMNS = 14;

export function addBudget(program: Command, session: Session): void {
  const budget = program.command('budget').description('what models have cost, and what they may cost');
  addConnectOptions(budget.command('show'))
    .description('show how much of each budget is used today, and what one more run could cost at most')
    .option('--run <run>', 'the budget of this run too; the beginning of its id is enough')
    .action((_options: unknown, command: Command) => showBudget(session, command));
}

async function showBudget(session: Session, command: Command): Promise<void> {
  const options = command.optsWithGlobals<BudgetOptions>();
  const { client } = await connect(session, options);
  const run = options.run === undefined ? undefined : (await findRun(client, options.run)).id;
  const view = await client.budget(run === undefined ? {} : { run });
  if (options.json) return writeJson(session, view);
  for (const one of describeBudget(view)) session.output.write(renderLine(session.output, one));
}

export function describeBudget(view: BudgetView): Line[] {
  const width = Math.max(0, ...view.levels.map(({ id }) => id.length));
  const stop =
    view.stop === null
      ? []
      : [
          {
            ...line(0, marks.bad, span(`${view.stop.person} has stopped all models`, 'bad')),
            body: { ...span(`${view.stop.reason} (since ${view.stop.since})`), lines: 3 },
          },
        ];
  const levels = view.levels.map((level) => describeLevel(level, width));
  return [...stop, ...levels, ...describeForecast(view)];
}

type Level = BudgetView['levels'][number];

function describeLevel(level: Level, width: number): Line {
  const { id, cap, spent, reserved } = level;
  const share = shareOf(level);
  const filled = Math.min(BAR_COLUMNS, Math.round(share * BAR_COLUMNS));
  const open = reserved.microUsd === 0 ? [] : [span(`${formatMoney(reserved.microUsd)} reserved`, 'quiet')];
  return line(
    0,
    span(id.padEnd(width)),
    span('━'.repeat(filled) + '─'.repeat(BAR_COLUMNS - filled), styleOf(share)),
    span(`${Math.floor(share * 100)} %`.padStart(5), styleOf(share)),
    span(`${formatMoney(spent.microUsd)} of ${formatMoney(cap.microUsd)}`),
    ...open,
    span(`${formatTokens(spent.tokens)} of ${formatTokens(cap.tokens)}`, 'quiet'),
  );
}

/** Of tokens or money, whichever is scarcer. */
function shareOf({ spent, cap }: Level): number {
  const share = (used: number, most: number): number => (used === 0 ? 0 : used / Math.max(most, 1));
  return Math.max(share(spent.tokens, cap.tokens), share(spent.microUsd, cap.microUsd));
}

function styleOf(share: number): Style {
  if (share >= 1) return 'bad';
  if (share >= 0.8) return 'warn';
  return share >= 0.5 ? 'accent' : 'good';
}

/** What one more run could cost. Nothing to say where no model is configured. */
export function describeForecast({ forecast: { worstCase, left, fits } }: Pick<BudgetView, 'forecast'>): Line[] {
  if (worstCase.tokens === 0) return [];
  const cost =
    worstCase.microUsd === 0 && left.microUsd === 0
      ? `${formatTokens(worstCase.tokens)} of ${formatTokens(left.tokens)} left`
      : `${formatMoney(worstCase.microUsd)} of ${formatMoney(left.microUsd)} left`;
  if (fits) return [line(0, span('Models', 'quiet'), span(`worst case ${cost}`))];
  return [line(0, marks.warn, span(`worst case ${cost}: models may be refused before the run ends`, 'warn'))];
}
