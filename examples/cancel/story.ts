// A person stops a run in the middle: what is running stops now, what was done is undone.
import assert from 'node:assert/strict';
import { endOf, eventsOf, proven, story, until, type Duovir } from '../story.ts';

const CANCELLED = 13;

await story(async (duovir) => {
  const following = duovir.show('run', 'start', 'Cluster Redis: three masters', '--target', 'sandbox', '--wait');
  const run = await until('the run has begun', () => duovir.newestRun());
  await untilSomethingIsDone(duovir, run);
  assert.equal((await duovir.ask('run', 'cancel', run)).exit, 0);
  assert.equal(await following, CANCELLED);

  const events = await duovir.events(run);
  assert.equal(endOf(events).outcome, 'cancelled');
  assert.equal(eventsOf(events, 'cancel-request')[0]?.body.person, 'operator');
  const restored = eventsOf(events, 'attestation-make').findLast(({ body }) => body.about === 'restored');
  assert.equal(restored?.body.outcome, 'succeeded', 'the environment is as before');
  assert.equal((await duovir.ask('ledger', 'verify')).exit, 0);
  proven('the run stopped in the middle and was undone', 'the environment is as before, by comparison');
});

async function untilSomethingIsDone(duovir: Duovir, run: string): Promise<void> {
  await until('two steps are done', async () => {
    const { output } = await duovir.ask('run', 'show', run, '--json');
    const { steps } = JSON.parse(output) as { steps: { state: string }[] };
    return steps.filter(({ state }) => state === 'succeeded').length >= 2 ? steps : undefined;
  });
}
