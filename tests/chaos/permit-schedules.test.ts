import { expect, test } from 'vitest';
import { explore } from '../attack/model/explore.ts';
import { soundRules } from '../attack/model/runner.ts';

const SCHEDULES = 100_000;

test(`Invariant 1, permit: ${SCHEDULES} schedules of two runners, kills, revocations and an attacker's server`, () => {
  const { fault, schedules, states, executing } = explore(soundRules, SCHEDULES);
  console.info(`${schedules} schedules, ${states} states; something was executed in ${executing}.`);
  expect(fault).toBeUndefined();
  expect(schedules).toBe(SCHEDULES);
}, 600_000);
