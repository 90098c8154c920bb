import { expect, test } from 'vitest';
import type { BudgetView } from '@duovir/protocol';
import { renderLine } from '../progress/line.ts';
import { recordTerminal } from '../terminal/recorder.fixture.ts';
import { describeBudget, describeForecast } from './budget.ts';

const amount = (tokens: number, microUsd: number): BudgetView['forecast']['left'] => ({ tokens, microUsd });
const levelAt = (id: string, microUsd: number): BudgetView['levels'][number] => ({
  id,
  cap: amount(1_000_000, 5_000_000),
  spent: amount(1000, microUsd),
  reserved: amount(0, 0),
  landing: amount(0, 0),
});
const view: BudgetView = {
  levels: [
    levelAt('day/x', 600_000),
    levelAt('team/a/x', 2_500_000),
    levelAt('agent/planner/x', 4_000_000),
    levelAt('run/y', 5_000_000),
  ],
  forecast: { worstCase: amount(200_000, 420_000), left: amount(500_000, 5_000_000), fits: true },
  stop: { reason: 'Nonsense.', person: 'ann', since: '2026-01-01T00:00:00.000Z' },
};

function shown(of: BudgetView): string[] {
  const terminal = recordTerminal({ columns: 160, styled: true });
  return describeBudget(of)
    .map((line) => renderLine(terminal, line))
    .join('')
    .trim()
    .split('\n');
}

test('each budget has the colour of how much of it is used', () => {
  const rows = shown(view);
  expect(rows[0]).toContain('ann has stopped all models');
  expect(rows.slice(1, 5).map((row) => /<(\w+):━/.exec(row)?.[1])).toEqual(['good', 'accent', 'warn', 'bad']);
  expect(rows[1]).toContain('12 %');
  expect(rows[1]).toContain('0.60 USD of 5.00 USD');
  expect(rows[5]).toContain('worst case 0.42 USD of 5.00 USD left');
});

test('a worst case that does not fit is a warning, and without models there is nothing to say', () => {
  const [row] = describeForecast({ forecast: { ...view.forecast, fits: false } });
  expect(row?.spans.at(-1)).toMatchObject({
    style: 'warn',
    text: expect.stringContaining('0.42 USD of 5.00 USD left'),
  });
  expect(describeForecast({ forecast: { worstCase: amount(0, 0), left: amount(0, 0), fits: true } })).toEqual([]);
});
