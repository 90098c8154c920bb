// A run whose last step cannot succeed: the load balancer starts, but answers every request with an error. What was done is
// undone, newest first, and the attestor compares the environment with how it was.
import assert from 'node:assert/strict';
import { endOf, eventsOf, proven, story } from '../story.ts';

const UNDONE = 10;
const GOAL = 'Put nginx in front of two upstreams';
const ALWAYS_AN_ERROR = 'extraConfig=return 503;';

await story(async (duovir) => {
  const exit = await duovir.show('run', 'start', GOAL, '--target', 'sandbox', '--input', ALWAYS_AN_ERROR, '--wait');
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
