// A run that cannot succeed: somebody has the port of the cluster bus, and the trust policy lets no heal change that one.
// What was done is undone, newest first, and the attestor compares.
import assert from 'node:assert/strict';
import { endOf, eventsOf, proven, story } from '../story.ts';

const UNDONE = 10;
const GOAL = 'Cluster Redis: three masters';
const BUS_PORT = '16379';

await story(async (duovir) => {
  const exit = await duovir.show('run', 'start', GOAL, '--target', 'sandbox', '--occupy', BUS_PORT, '--wait');
  const events = await duovir.lastEvents();
  assert.equal(exit, UNDONE);
  assert.equal(endOf(events).outcome, 'undone');
  const begun = eventsOf(events, 'step-start').filter(({ body }) => body.purpose === 'apply');
  const [undo] = eventsOf(events, 'undo-start');
  assert.ok(undo, 'the undo is announced');
  const compensated = eventsOf(events, 'step-end').filter(({ body }) => body.purpose === 'compensate');
  assert.ok(compensated.every(({ body }) => body.outcome === 'succeeded'));
  const order = compensated.map(({ body }) => begun.findIndex((one) => one.body.step === body.step));
  assert.deepEqual(
    order,
    order.toSorted((left, right) => right - left),
    'newest first',
  );
  const restored = eventsOf(events, 'attestation-make').findLast(({ body }) => body.about === 'restored');
  assert.equal(restored?.body.outcome, 'succeeded');
  assert.deepEqual(restored?.body.differences, []);
  assert.equal((await duovir.ask('ledger', 'verify')).exit, 0);
  proven('the run ended undone', 'the environment is as before, by comparison', 'the ledger verifies');
});
