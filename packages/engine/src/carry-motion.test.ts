import { expect, test } from 'vitest';
import { settle } from './settle.fixture.ts';

const steps = ['directory', 'initdb'];
const count = (names: readonly string[], name: string): number => names.filter((other) => other === name).length;

test('who agrees blindly is not made to talk', async () => {
  const { outcome, world, journal } = await settle({ steps });
  expect(outcome).toBe('succeeded');
  expect(world.votes).toEqual(['blind']);
  expect(count(journal.names, 'test-findings')).toBe(0);
});

test('what is refuted is voted on a second time, and not a third', async () => {
  const { outcome, world } = await settle({ steps, refutes: true });
  expect(outcome).toBe('succeeded');
  expect(world.votes).toEqual(['blind', 'second']);
});

test('what its proposer takes back comes again as a revision, twice at most', async () => {
  const once = await settle({ steps, withdrawn: [1] });
  expect(once.outcome).toBe('succeeded');
  expect(count(once.journal.names, 'tally')).toBe(1);
  const always = await settle({ steps, withdrawn: [1, 2, 3, 4] });
  expect(always.reason).toBe('review.withdrawn');
  expect(count(always.journal.names, 'plan')).toBe(3);
  expect(always.world.effects).toEqual([]);
});

test('Invariant 4: a target that drifts opens the motion again, and one that does not stand still is left alone', async () => {
  const once = await settle({ steps, drifts: 1 });
  expect(once.outcome).toBe('succeeded');
  expect(once.world.votes).toEqual(['blind', 'blind']);
  const restless = await settle({ steps, drifts: 99 });
  expect(restless.reason).toBe('motion.drifting');
  expect(restless.world.effects).toEqual([]);
});

test('a trust policy that comes into force before the verdict is the one that decides', async () => {
  const { outcome, journal } = await settle({ steps, policies: 1 });
  expect(outcome).toBe('succeeded');
  expect(count(journal.names, 'freeze')).toBe(2);
});

test.each([
  ['before a step', false],
  ['between a step and its attestation', true],
])('what a new trust policy voids %s is voted on again, in rounds of its own, and goes on', async (_, changesAfter) => {
  const { outcome, world, journal } = await settle({ steps, changedAt: 3, changesAfter, refutes: true });
  expect(outcome).toBe('succeeded');
  expect(world.applied).toEqual(['sandbox', ...steps]);
  expect(world.votes).toEqual(['blind', 'second', 'blind', 'second']);
  expect(count(journal.names, 'freeze')).toBe(2);
});

test('a new trust policy in the middle of an undo is voted under once, and all that was done is undone', async () => {
  const { outcome, world, journal } = await settle({ steps, failing: 'initdb', changedAt: 4 });
  expect(outcome).toBe('undone');
  expect(world.applied).toEqual(['sandbox']);
  expect(count(journal.names, 'freeze')).toBe(2);
});

test('while everything is stopped a run waits, and goes on when it is lifted', async () => {
  const { outcome, world, journal } = await settle({ steps, stopped: 3 });
  expect(outcome).toBe('succeeded');
  expect(world.applied).toEqual(['sandbox', ...steps]);
  expect(journal.names.filter((name) => name.startsWith('awake stop/'))).toHaveLength(3);
});
