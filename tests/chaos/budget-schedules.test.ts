import { play, schedules } from '@duovir/egress/budget-schedules';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const SCHEDULES = 100_000;

test(`Invariant 8, budget: ${SCHEDULES} interleavings of calls, crashes and recoveries, and no level overspent`, async () => {
  let played = 0;
  await fc.assert(
    fc.asyncProperty(schedules, fc.scheduler(), async (schedule, scheduler) => {
      expect((await play(schedule, scheduler)).faults).toEqual([]);
      played += 1;
    }),
    { numRuns: SCHEDULES },
  );
  expect(played).toBe(SCHEDULES);
}, 600_000);
