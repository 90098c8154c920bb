import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { textWidth } from '../terminal/text.ts';
import { recordTerminal } from '../terminal/recorder.fixture.ts';
import { healedRun, hostileRun, referredRun } from './events.fixture.ts';
import { liveLines, RunProgress } from './run-progress.ts';
import { runEventSchema, type RunEvent } from '@duovir/protocol';
import { thinkingRun } from './thinking-run.fixture.ts';

function show(events: readonly RunEvent[], settings: Parameters<typeof recordTerminal>[0] = {}): string {
  const terminal = recordTerminal(settings);
  using progress = new RunProgress(terminal, '', () => 0);
  for (const event of events) progress.show(event);
  return terminal.text;
}

test('a healed run reads from goal to attestation', () => {
  expect(show(healedRun)).toMatchSnapshot();
});

test('a run as it was recorded, PostgreSQL with its port taken, reads well', () => {
  const lines = readFileSync(new URL('./recordings/postgres-cluster.ndjson', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const events = lines.map((line) => runEventSchema.parse(JSON.parse(line)));
  expect(show(events, { columns: 100 })).toMatchSnapshot();
});

test('a referred run says who may do what, with the commands', () => {
  const text = show(referredRun, { styled: true });
  expect(text).toMatchSnapshot();
  expect(text).toContain('duovir approval approve sha256:3a3a3a3a3a3a --as approver');
});

test('models at work are told with what they may cost, and a question with the command that answers it', () => {
  const text = show(thinkingRun);
  expect(text).toMatchSnapshot();
  expect(text).toContain('asks claude  at most 0.12 USD, 3 values hidden');
  expect(text).toContain('duovir run answer run-abcdefghijklmnopqrst');
});

test('who is writing is seen while it is written', () => {
  const terminal = recordTerminal({ isLive: true });
  using progress = new RunProgress(recordTerminal(), '', () => 0);
  const drawn = thinkingRun.map((event) => {
    progress.show(event);
    return liveLines(terminal, progress.memory, 0, 0);
  });
  expect(drawn.map((lines) => lines.slice(1).map((row) => row.trim()))).toEqual([
    [],
    [],
    ['│ planner waits for its model'],
    ['│ planner is writing, 412 tokens'],
    ['│ planner is writing, 412 tokens'],
    [],
    [],
    [],
    [],
    [],
    ['│ reviewer-security waits for its model'],
    ['│ reviewer-security waits for its model', '│ reviewer-reliability waits for its model'],
    ['│ reviewer-security is writing, 412 tokens', '│ reviewer-reliability waits for its model'],
    ['│ reviewer-security is writing, 412 tokens'],
  ]);
  expect(drawn[6]?.[0]).toContain('the planner waits for an answer');
  expect(progress.memory).toMatchObject({ tokens: 4120, microUsd: 18_300 });
});

test('text of a run can neither move the cursor nor pose as ours', () => {
  const text = show(hostileRun);
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/u);
  expect(text).toContain('│ ✔ all is well');
});

test.each([20, 32, 48, 80, 140])('no line is wider than a terminal of %i columns', (columns) => {
  for (const events of [healedRun, referredRun, hostileRun, thinkingRun])
    for (const row of show(events, { columns }).split('\n')) expect(textWidth(row)).toBeLessThanOrEqual(columns);
});

test('where nothing can be drawn anew, every line is written once and nothing else', () => {
  expect(show(healedRun)).not.toContain('\u001b');
});

test('on a live terminal the region is taken away at the end and the cursor comes back', () => {
  const text = show(healedRun, { isLive: true });
  expect(text).toContain('\u001b[?25l');
  expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'));
});

test.each([24, 80])('what goes on fits one line each, at %i columns', (columns) => {
  const terminal = recordTerminal({ columns, isLive: true });
  using progress = new RunProgress(recordTerminal(), '', () => 0);
  for (const event of healedRun.slice(0, -3)) {
    progress.show(event);
    for (const row of liveLines(terminal, progress.memory, 3, Date.parse(event.time) + 1500))
      expect(textWidth(row)).toBeLessThan(columns);
  }
});
