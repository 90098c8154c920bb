// A person stops a run in the middle: what is running stops now, what was done is undone.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOf, eventsOf, proven, story } from '../story.ts';

const CANCELLED = 13;
const PATIENCE_MS = 60_000;

await story(async (duovir) => {
  const following = duovir.show('run', 'start', 'Cluster Redis: three masters', '--target', 'sandbox', '--wait');
  const run = await firstRun();
  await untilSomethingIsDone(run);
  assert.equal((await duovir.ask('run', 'cancel', run)).exit, 0);
  assert.equal(await following, CANCELLED);

  const events = await duovir.events(run);
  assert.equal(endOf(events).outcome, 'cancelled');
  assert.equal(eventsOf(events, 'cancel-request')[0]?.body.person, 'operator');
  const restored = eventsOf(events, 'attestation-make').findLast(({ body }) => body.about === 'restored');
  assert.equal(restored?.body.outcome, 'succeeded', 'the environment is as before');
  assert.equal((await duovir.ask('ledger', 'verify')).exit, 0);
  proven('the run stopped in the middle and was undone', 'the environment is as before, by comparison');

  async function firstRun(): Promise<string> {
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(100)) {
      const { output } = await duovir.ask('run', 'list', '--json');
      if (output.trim() !== '') return duovir.newestRun();
    }
    throw new Error('The run did not begin.');
  }

  async function untilSomethingIsDone(id: string): Promise<void> {
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(100)) {
      const { output } = await duovir.ask('run', 'show', id, '--json');
      const { steps } = JSON.parse(output) as { steps: { state: string }[] };
      if (steps.filter(({ state }) => state === 'succeeded').length >= 2) return;
    }
    throw new Error('No step was done.');
  }
});
