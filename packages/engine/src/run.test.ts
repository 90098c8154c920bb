import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { settle } from './settle.fixture.ts';
import type { WorldScript } from './world.fixture.ts';

const steps = ['directory', 'initdb', 'config', 'primary', 'replica'];

test('a plan without trouble is applied in order and settles as succeeded', async () => {
  const { world, outcome } = await settle({ steps });
  expect(outcome).toBe('succeeded');
  expect(world.applied).toEqual(['sandbox', ...steps]);
});

test('a failure nothing can heal is undone newest first, the failed step before all others', async () => {
  const { world, outcome } = await settle({ steps, failing: 'replica' });
  expect(outcome).toBe('undone');
  expect(world.effects.filter((effect) => effect.startsWith('compensate'))).toEqual(
    steps.toReversed().map((step) => `compensate ${step}`),
  );
  expect(world.applied).toEqual(['sandbox']);
});

test('a heal undoes the failed step and everything the patch makes stale, and does only that again', async () => {
  const { world, outcome } = await settle({
    steps,
    failing: 'primary',
    healable: true,
    portSteps: ['config', 'primary', 'replica'],
  });
  expect(outcome).toBe('succeeded');
  expect(world.effects.slice(5)).toEqual([
    'compensate primary',
    'compensate config',
    'apply config',
    'apply primary',
    'apply replica',
  ]);
});

test('a lost sandbox is opened anew and all work begins again in it', async () => {
  const { world, outcome } = await settle({ steps, loseSandboxAt: 4 });
  expect(outcome).toBe('succeeded');
  expect(world.applied).toEqual(['sandbox', ...steps]);
});

test('what is so already is neither done nor undone, and people are told', async () => {
  const { world, journal, outcome } = await settle({ steps, satisfied: ['initdb'], failing: 'replica' });
  expect(outcome).toBe('undone');
  expect(world.effects.filter((effect) => effect.endsWith('initdb'))).toEqual([]);
  expect(journal.names.filter((name) => name === 'notice')).toHaveLength(2);
});

test('a run that is stopped is undone and says so', async () => {
  const { world, outcome } = await settle({ steps, cancelAfter: 4 });
  expect(outcome).toBe('cancelled');
  expect(world.applied).toEqual(['sandbox']);
});

test('a rejected plan comes back revised, twice at most', async () => {
  const once = await settle({ steps, rejected: [1] });
  expect(once.outcome).toBe('succeeded');
  expect(once.journal.names.filter((name) => name === 'plan')).toHaveLength(2);
  const always = await settle({ steps, rejected: [1, 2, 3, 4] });
  expect(always.outcome).toBe('rejected');
  expect(always.journal.names.filter((name) => name === 'plan')).toHaveLength(3);
  expect(always.world.effects).toEqual([]);
});

test('a plan that was rejected already ends the run when it comes back unchanged', async () => {
  const { outcome, journal } = await settle({ steps, rejected: [1, 2, 3], sameAgain: 2 });
  expect(outcome).toBe('rejected');
  expect(journal.names.filter((name) => name === 'freeze')).toHaveLength(1);
});

test('one question is asked and its answer planned with; without an answer nothing is done', async () => {
  const answered = await settle({ steps, asks: 'answered' });
  expect(answered.outcome).toBe('succeeded');
  expect(answered.journal.names.slice(1, 7)).toEqual([
    'plan',
    'ask',
    'hear',
    'awake clarification/run-aaaaaaaaaaaaaaaaaaaa',
    'hear',
    'plan',
  ]);
  expect((await settle({ steps, asks: 'unanswered' })).outcome).toBe('rejected');
  expect((await settle({ steps, asks: 'cancelled' })).outcome).toBe('cancelled');
});

test('what is read before planning is read in a sandbox of its own, and only as R0', async () => {
  const { outcome, world, journal } = await settle({ steps, reads: 'R0' });
  expect(outcome).toBe('succeeded');
  expect(world.effects.slice(0, 3)).toEqual(['apply sandbox', 'apply sandbox', 'apply directory']);
  expect(journal.names.filter((name) => name === 'plan')).toHaveLength(2);
  const refused = await settle({ steps, reads: 'R1' });
  expect(refused.outcome).toBe('rejected');
  expect(refused.world.effects).toEqual([]);
});

const script = fc.record({
  steps: fc.constant(steps),
  failing: fc.constantFrom('none', ...steps),
  healable: fc.boolean(),
  portSteps: fc.subarray(steps),
  loseSandboxAt: fc.integer({ min: 0, max: 20 }),
  cancelAfter: fc.integer({ min: 1, max: 40 }),
});
/** What may come before the work. */
const talk = fc.constantFrom<Partial<WorldScript>>(
  {},
  { reads: 'R0' },
  { refutes: true, drifts: 1 },
  { withdrawn: [1], stopped: 2 },
  { policies: 1, refutes: true },
  { changedAt: 4, refutes: true },
  { changedAt: 3, changesAfter: true },
);
const kills = fc.array(fc.record({ at: fc.nat({ max: 30 }), after: fc.boolean() }), { maxLength: 6 });

test('Invariant 11: killed anywhere, a run replays the same steps, settles once and repeats no effect', async () => {
  await fc.assert(
    fc.asyncProperty(script, talk, kills, async (work, before, schedule) => {
      const world = { ...work, ...before };
      const undisturbed = await settle(world);
      const disturbed = await settle(world, schedule);
      expect(disturbed.outcome).toBe(undisturbed.outcome);
      expect(disturbed.journal.names).toEqual(undisturbed.journal.names);
      expect(disturbed.world.effects).toEqual(undisturbed.world.effects);
      expect(new Set(disturbed.world.settled).size).toBe(1);
    }),
    { numRuns: 500 },
  );
});

test('whatever fails, a run that does not succeed leaves only the sandbox, and one that succeeds leaves every step', async () => {
  await fc.assert(
    fc.asyncProperty(script, async (world) => {
      const { world: end, outcome } = await settle(world);
      expect(end.applied.filter((step) => step !== 'sandbox')).toEqual(outcome === 'succeeded' ? steps : []);
    }),
    { numRuns: 500 },
  );
});
