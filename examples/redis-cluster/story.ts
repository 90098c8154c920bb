// Three Redis masters that share all slots, while somebody else has their port.
import assert from 'node:assert/strict';
import { endOf, eventsOf, proven, story } from '../story.ts';

const GOAL = 'Cluster Redis: three masters';

await story(async (duovir) => {
  const exit = await duovir.show('run', 'start', GOAL, '--target', 'sandbox', '--occupy', '6379', '--wait');
  const events = await duovir.lastEvents();
  assert.equal(exit, 0);
  assert.equal(endOf(events).outcome, 'succeeded');
  assert.equal(endOf(events).heals, 1);
  const goal = eventsOf(events, 'attestation-make').findLast(({ body }) => body.about === 'goal');
  assert.equal(goal?.body.outcome, 'succeeded');
  assert.ok((goal?.body.probes.length ?? 0) > 0);
  assert.equal((await duovir.ask('ledger', 'verify')).exit, 0);
  proven(...(goal?.body.probes ?? []).map(({ id, summary }) => `${id}: ${summary}`));
});
