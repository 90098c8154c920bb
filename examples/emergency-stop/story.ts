// Somebody stops everything. Runs wait, nothing is executed, and only somebody else lets them go on.
import assert from 'node:assert/strict';
import { endOf, eventsOf, proven, story, until } from '../story.ts';

const REFUSED = 4;

await story(async (duovir) => {
  assert.equal(await duovir.show('stop', '--reason', 'something writes where it should not', '--as', 'operator'), 0);
  const following = duovir.show('run', 'start', 'Cluster Redis: three masters', '--target', 'sandbox', '--wait');
  const run = await until('there is a run', () => duovir.newestRun());
  await until('the run waits', async () => {
    const { output } = await duovir.ask('motion', 'list', run, '--json');
    return (JSON.parse(output) as { verdict: string | null }[]).find(({ verdict }) => verdict === 'carried');
  });

  assert.equal(await duovir.show('stop', 'lift', '--as', 'operator'), REFUSED, 'who stopped it does not lift it');
  assert.equal(await duovir.show('stop', 'lift', '--as', 'deputy'), 0);
  assert.equal(await following, 0);

  const events = await duovir.lastEvents();
  assert.equal(endOf(events).outcome, 'succeeded');
  const waited = events.findIndex(({ type }) => type === 'stop-wait');
  const permitted = events.findIndex(({ type }) => type === 'permit-mint');
  assert.ok(waited >= 0 && waited < permitted, 'no permit before it was lifted');
  assert.equal(eventsOf(events, 'permit-refuse').length, 0);
  assert.equal(await duovir.show('ledger', 'verify'), 0);
  proven('nothing was permitted while everything was stopped', 'another person lifted it', 'the run went on by itself');
});
