import type { Envelope } from '@duovir/protocol';
import { expect, test } from 'vitest';
import { brokenRules } from './log.fixture.ts';
import { Organisation } from './organisation.fixture.ts';
import { byRules, salted, Story } from './story.fixture.ts';

/** A plan that is healed once for each step that is named. */
async function healed(acme: Organisation, steps: readonly string[], again = false): Promise<string[]> {
  const entries: (readonly [string, Envelope])[] = [];
  let previous = new Story(acme);
  await previous.start();
  await previous.ask();
  await carry(previous);
  entries.push(...previous.entries);
  for (const [at, step] of steps.entries()) {
    const patch = new Story(acme, { plan: salted(`patch ${at}`) });
    await patch.say('diagnosis', 'healer', 'diagnosis', salted('receipt'), {
      step,
      attempt: 1,
      class: 'deterministic',
      signature: null,
      decision: 'patch',
      commitment: salted('diagnosis'),
      ...byRules,
    });
    await carry(patch, previous, at + 2);
    entries.push(...[...patch.entries].map(([name, one]) => [`${name} ${at}`, one] as const));
    if (again) {
      const opened = new Story(acme, { plan: salted(`patch ${at}`) });
      await carry(opened, previous, at + 2, 2);
      entries.push(...[...opened.entries].map(([name, one]) => [`${name} ${at} again`, one] as const));
    }
    previous = patch;
  }
  return brokenRules(acme, new Map(entries).values());
}

async function carry(story: Story, before?: Story, revision = 1, round = 1): Promise<void> {
  await story.propose({ revision }, before ? 'healer' : 'planner');
  await story.freeze({ kind: before ? 'heal' : 'plan', revision, previous: before?.plan ?? null });
  await story.vote({ 'reviewer-security': { phase: 'blind' }, 'reviewer-reliability': { phase: 'blind' } }, round);
  await story.decide();
}

const caps = (perStep: number, perRun: number) =>
  new Organisation(1, (policy) => ({ ...policy, heals: { perStep, perRun } }));

test('Invariant 5: no run is healed more often than its policy allows', async () => {
  expect(await healed(caps(3, 3), ['open', 'open', 'open'])).toEqual([]);
  expect(await healed(caps(3, 2), ['open', 'close', 'move'])).toEqual(['heal-caps']);
  expect(await healed(caps(3, 0), ['open'])).toEqual(['heal-caps']);
});

test('no step is healed more often than the policy allows', async () => {
  expect(await healed(caps(1, 3), ['open', 'close', 'move'])).toEqual([]);
  expect(await healed(caps(1, 3), ['open', 'close', 'open'])).toEqual(['heal-caps']);
});

test('a patch that is put to the vote again is one patch', async () => {
  expect(await healed(caps(1, 1), ['open'], true)).toEqual([]);
});
