import type { Envelope, Predicate } from '@duovir/protocol';
import { beforeAll, expect, test } from 'vitest';
import { brokenRules } from './log.fixture.ts';
import { Organisation, OTHER_RUN } from './organisation.fixture.ts';
import { moved, rearranged, type Entries } from './rearranged.fixture.ts';
import { salted, soundRun, Story } from './story.fixture.ts';

const acme = new Organisation();
const rulesOf = (story: Entries) => brokenRules(acme, story.values(), 'as-told');
let story: ReadonlyMap<string, Envelope>;
beforeAll(async () => {
  story = await soundRun(acme);
});

test('a run whose settlement names all of its entries verifies, and so does one that was never settled', async () => {
  expect(await rulesOf(story)).toEqual([]);
  expect(await rulesOf(rearranged(story, { without: ['settlement'] }))).toEqual([]);
});

test('an entry that is left out, put in or moved breaks the seal', async () => {
  const model = await acme.say('server', 'cancellation', salted('request'), { person: 'ana' });
  expect(await rulesOf(rearranged(story, { without: ['attestation goal'] }))).toContain('run-sequence');
  expect(await rulesOf(rearranged(story, { before: 'permit', put: { model } }))).toEqual(['run-sequence']);
  expect(await rulesOf(moved(story, 'checks', 'motion'))).toEqual(['run-sequence']);
  expect(await rulesOf(rearranged(story, { without: ['permit'], put: { permit: story.get('permit')! } }))).toContain(
    'after-settlement',
  );
});

test('entries of another run and of the log do not count', async () => {
  const stop = await acme.say('server', 'log-stop', acme.policyDigest, {}, { run: 'duovir' });
  const other = new Story(acme, { run: OTHER_RUN });
  await other.ask();
  const put = { stop, ...Object.fromEntries([...other.entries].map(([name, one]) => [`other ${name}`, one])) };
  expect(await rulesOf(rearranged(story, { before: 'receipt', put }))).toEqual([]);
});

test('another number and another chain are found', async () => {
  const settlement = async (change: Partial<Predicate<'settlement'>>) => {
    const told = new Story(acme);
    for (const [name, one] of story) if (name !== 'settlement') told.entries.set(name, one);
    await told.settle(change);
    return rulesOf(told.entries);
  };
  expect(await settlement({})).toEqual([]);
  expect(await settlement({ entries: 13 })).toEqual(['run-sequence']);
  expect(await settlement({ chain: salted('another') })).toEqual(['run-sequence']);
});

test('after the last word about a run nothing is said about it, nor is there another one', async () => {
  const again = story.get('attestation goal')!;
  expect(await rulesOf(rearranged(story, { put: { again } }))).toEqual(['after-settlement']);
  const second = new Story(acme);
  for (const [name, one] of story) second.entries.set(name, one);
  await second.say('second', 'server', 'settlement', salted('request'), {
    outcome: 'failed',
    reason: 'goal.met',
    steps: 1,
    heals: 0,
    tokens: 0,
    microUsd: 0,
    entries: 1,
    chain: salted('x'),
  });
  expect(await rulesOf(second.entries)).toEqual(['after-settlement']);
});

test('what a stranger has said of a run is one of its entries, and no settlement of it', async () => {
  const stranger = await soundRun(new Organisation());
  const put = { strange: stranger.get('settlement')! };
  expect(await rulesOf(rearranged(story, { before: 'settlement', put }))).toEqual(['principal', 'run-sequence']);
  expect(await brokenRules(acme, rearranged(story, { before: 'settlement', put }).values())).toEqual(['principal']);
});

test('entries about the log belong to no run, and all others to one', async () => {
  const stop = await acme.say('server', 'log-stop', acme.policyDigest, {});
  const request = { requester: 'ana', commitment: salted('x'), intent: null };
  const asked = await acme.say('server', 'request', salted('request'), request, { run: 'duovir' });
  expect(await brokenRules(acme, rearranged(story, { before: 'receipt', put: { stop } }).values())).toEqual([
    'entry-run',
  ]);
  expect(await brokenRules(acme, rearranged(story, { put: { asked } }).values())).toEqual(['entry-run']);
});
