import type { Envelope } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { brokenRules } from './log.fixture.ts';
import { Organisation } from './organisation.fixture.ts';
import { rearranged } from './rearranged.fixture.ts';
import { salted, soundRun, Story } from './story.fixture.ts';

const acme = new Organisation();
const rulesOf = (story: ReadonlyMap<string, Envelope>) => brokenRules(acme, story.values());
const agreed = { 'reviewer-security': {}, 'reviewer-reliability': {} };

test('a request that its requester has not signed, or only afterwards, is found', async () => {
  const story = await soundRun(acme);
  expect(await rulesOf(rearranged(story, { without: ['intent'] }))).toEqual(['intent']);
  expect(await rulesOf(rearranged(story, { before: 'motion', put: { intent: story.get('intent')! } }))).toEqual([
    'intent',
  ]);
});

test('a request signed by somebody else is found', async () => {
  const asked = new Story(acme);
  await asked.start();
  await asked.ask({ requester: 'boris' });
  await asked.propose();
  await asked.freeze();
  await asked.vote(agreed);
  await asked.decide();
  expect(await rulesOf(asked.entries)).toEqual(['intent']);
});

test('below the class that the policy names nobody has to sign', async () => {
  const lax = new Organisation(1, (policy) => ({ ...policy, requests: { signedFrom: 'R2' } }));
  const story = await soundRun(lax);
  const asked = await lax.say('server', 'request', salted('request'), {
    requester: 'ana',
    commitment: salted('x'),
    intent: null,
  });
  story.set('request', asked);
  story.delete('intent');
  expect(await brokenRules(lax, story.values())).toEqual([]);
});

/** Plans one after the other, each to be put in the place of the one before. */
async function revised(...plans: readonly string[]): Promise<ReadonlyMap<string, Envelope>> {
  const entries = new Map<string, Envelope>();
  for (const [at, plan] of plans.entries()) {
    const story = new Story(acme, { plan: salted(plan) });
    if (at === 0) {
      await story.start();
      await story.ask();
    }
    await story.propose({ revision: at + 1 });
    await story.freeze({ revision: at + 1, previous: at === 0 ? null : salted(plans[at - 1]!) });
    for (const [name, envelope] of story.entries) entries.set(`${name} of ${plan}`, envelope);
  }
  return entries;
}

test('a plan may be revised twice', async () => {
  expect(await rulesOf(await revised('first', 'second', 'third'))).toEqual([]);
  expect(await rulesOf(await revised('first', 'second', 'third', 'fourth'))).toEqual(['revisions']);
});

test('a revision of what was never put to the vote is found', async () => {
  const story = await revised('first', 'second');
  expect(await rulesOf(rearranged(story, { without: ['motion of first'] }))).toEqual(['motion-previous']);
});

async function healed(kind: 'carried' | 'rejected'): Promise<ReadonlyMap<string, Envelope>> {
  const plan = new Story(acme, { plan: salted('plan') });
  await plan.start();
  await plan.ask();
  await plan.propose();
  await plan.freeze();
  await plan.vote(agreed);
  await plan.decide({ verdict: kind });
  const patch = new Story(acme, { plan: salted('patch') });
  await patch.propose({ revision: 2 }, 'healer');
  await patch.freeze({ kind: 'heal', revision: 2, previous: plan.plan });
  await patch.vote(agreed);
  await patch.decide();
  return new Map([
    ...plan.entries,
    ...[...patch.entries].map(([name, envelope]) => [`${name} of patch`, envelope] as const),
  ]);
}

test('Invariant 5: a patch is a motion that changes a plan which was carried', async () => {
  expect(await rulesOf(await healed('carried'))).toEqual([]);
  expect(await rulesOf(await healed('rejected'))).toEqual(['motion-previous']);
});
