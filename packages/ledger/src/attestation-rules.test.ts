import type { Predicate } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { brokenRules } from './log.fixture.ts';
import { Organisation } from './organisation.fixture.ts';
import { Story } from './story.fixture.ts';

const acme = new Organisation();

/** A run up to the receipt of its only step. */
async function executed(receipt: Partial<Predicate<'receipt'>> = {}): Promise<Story> {
  const story = new Story(acme);
  await story.start();
  await story.ask();
  await story.propose();
  await story.freeze();
  await story.vote({ 'reviewer-security': {}, 'reviewer-reliability': {} });
  await story.decide();
  await story.permit();
  await story.execute(receipt);
  return story;
}

async function settled(story: Story, outcome: 'succeeded' | 'undone' = 'succeeded'): Promise<string[]> {
  await story.settle({ outcome });
  return brokenRules(acme, story.entries.values());
}

test('a success that nobody has seen is found, step and goal', async () => {
  const goalOnly = await executed();
  await goalOnly.attest('goal');
  expect(await settled(goalOnly)).toEqual(['receipt-attested']);
  const stepOnly = await executed();
  await stepOnly.attest('step');
  expect(await settled(stepOnly)).toEqual(['receipt-attested']);
});

test.each<[string, Partial<Predicate<'attestation'>>]>([
  ['saw it fail', { outcome: 'failed' }],
  ['does not know', { outcome: 'unknown' }],
  ['saw another step', { step: 'close' }],
  ['looked for something else', { about: 'confirmation' }],
])('an attestor that %s has not attested the step', async (_, change) => {
  const story = await executed();
  await story.attest('step', change);
  await story.attest('goal');
  expect(await settled(story)).toEqual(['receipt-attested']);
});

test('what was seen before the step was done does not count', async () => {
  const story = await executed();
  const receipt = story.entries.get('receipt')!;
  story.forget('receipt');
  await story.attest('step');
  story.entries.set('receipt', receipt);
  await story.attest('goal');
  expect(await settled(story)).toEqual(['receipt-attested']);
});

test('a step that was found to be so already, or was undone, needs no other eyes', async () => {
  const found = await executed();
  await found.attest('step', { about: 'control' });
  await found.attest('goal');
  expect(await settled(found)).toEqual([]);
  const undone = await executed();
  const [receipt, permit] = [undone.entries.get('receipt')!, undone.entries.get('permit')!];
  undone.forget('receipt', 'permit');
  undone.entries.set('first permit', permit);
  undone.entries.set('first receipt', receipt);
  await undone.permit({ permit: 'permit-2', purpose: 'compensate' });
  await undone.execute({ permit: 'permit-2', purpose: 'compensate' });
  await undone.attest('goal');
  expect(await settled(undone)).toEqual([]);
});

test('a step that failed, and a run that says itself that it did not succeed, claim nothing', async () => {
  const failed = await executed({ outcome: 'failed', exit: 1 });
  await failed.attest('goal');
  expect(await settled(failed)).toEqual([]);
  expect(await settled(await executed(), 'undone')).toEqual([]);
});
