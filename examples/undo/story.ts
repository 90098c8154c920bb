// A run whose last step cannot succeed: what was done is undone, newest first, and the attestor compares.
import assert from 'node:assert/strict';
import { endOf, eventsOf, proven, story } from '../story.ts';

const UNDONE = 10;
/** Ends at once, so the service never listens. */
const GOAL = 'Run `false` as a supervised service';

await story(async (duovir) => {
  const exit = await duovir.show('run', 'start', GOAL, '--target', 'sandbox', '--wait');
  const events = await duovir.events(await duovir.newestRun());
  assert.equal(exit, UNDONE);
  assert.equal(endOf(events).outcome, 'undone');
  const applied = eventsOf(events, 'step-end').filter(
    ({ body }) => body.purpose === 'apply' && body.outcome === 'succeeded',
  );
  const [undo] = eventsOf(events, 'undo-start');
  assert.ok(undo, 'the undo is announced');
  const compensated = eventsOf(events, 'step-end').filter(({ body }) => body.purpose === 'compensate');
  assert.ok(compensated.every(({ body }) => body.outcome === 'succeeded'));
  const order = compensated.map(({ body }) => applied.findIndex((one) => one.body.step === body.step));
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
