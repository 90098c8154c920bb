import { expect, test } from 'vitest';
import { forecast } from './forecast.ts';
import { levelsOfCall } from './levels-of-call.ts';

const price = [{ above: 0, input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite: 3_750_000 }] as const;
const call = { bodyBytes: 10_000, maxOutputTokens: 1000, price };
const cap = (tokens: number, microUsd: number): { readonly tokens: number; readonly microUsd: number } => ({
  tokens,
  microUsd,
});

test('the forecast is the sum of the worst cases, beside the least that any level has left', () => {
  const result = forecast([call, call], cap(1_000_000, 5_000_000), [cap(30_000, 9_000_000)]);
  expect(result).toEqual({ worstCase: cap(22_000, 105_000), left: cap(30_000, 5_000_000), fits: true });
  expect(forecast([call, call], cap(1_000_000, 104_999), []).fits).toBe(false);
});

test('a call is charged to its day, team, agent, run and motion, and each keeps a landing part', () => {
  const caps = {
    day: cap(1000, 10),
    team: cap(900, 9),
    agent: cap(800, 8),
    run: cap(700, 7),
    motion: cap(600, 6),
    landingPercent: 15,
  };
  const now = new Date('2026-03-01T23:59:59.999Z');
  const payers = { team: 'web', agent: 'planner', run: 'run-a', motion: 'sha256:b' };
  const levels = levelsOfCall(payers, caps, now);
  expect(levels.map(({ id, landing }) => [id, landing.tokens, landing.microUsd])).toEqual([
    ['day/2026-03-01', 150, 2],
    ['team/web/2026-03-01', 135, 2],
    ['agent/planner/2026-03-01', 120, 2],
    ['run/run-a', 105, 2],
    ['motion/sha256:b', 90, 1],
  ]);
  expect(levelsOfCall({ ...payers, motion: null }, caps, now)).toHaveLength(4);
});
