import fc from 'fast-check';
import { expect, test } from 'vitest';
import { smaller, type Amount } from './amount.ts';
import { brokenLedgers, LedgerModel } from './ledger-model.fixture.ts';
import { play, schedules } from './schedule.fixture.ts';

const FAST = 3000;

test('Invariant 8, budget: no interleaving of calls, crashes and recoveries overspends any level', async () => {
  await fc.assert(
    fc.asyncProperty(schedules, fc.scheduler(), async (schedule, scheduler) => {
      expect((await play(schedule, scheduler, LedgerModel)).faults).toEqual([]);
    }),
    { numRuns: FAST },
  );
});

test('the landing reserve is there for the undo, however much work has asked for', async () => {
  await fc.assert(
    fc.asyncProperty(schedules, fc.scheduler(), async (schedule, scheduler) => {
      const calls = schedule.calls.map((call) => ({ ...call, lane: 'work' as const }));
      const { ledger } = await play({ ...schedule, calls }, scheduler, LedgerModel);
      const undo: Amount = ledger.levels.map(({ landing }) => landing).reduce(smaller);
      const claim = { call: 'undo', levels: ledger.levels, bound: undo, lane: 'landing' } as const;
      const reserved = ledger.attempt(claim);
      await scheduler.waitIdle();
      expect(await reserved).toEqual({ kind: 'reserved' });
    }),
    { numRuns: FAST },
  );
});

test.each(Object.entries(brokenLedgers))('a ledger that %s is caught', async (_, Broken) => {
  const property = fc.asyncProperty(schedules, fc.scheduler(), async (schedule, scheduler) => {
    const { faults } = await play(schedule, scheduler, Broken);
    expect(faults.filter((fault) => fault.endsWith('overspent'))).toEqual([]);
  });
  const outcome = await fc.check(property, { numRuns: FAST, endOnFailure: true });
  expect(outcome.failed).toBe(true);
});
