// Any program under supervision, with a health URL.
import assert from 'node:assert/strict';
import { endOf, eventsOf, proven, story } from '../story.ts';

const GOAL = 'Run `python3 -m http.server {port} --bind 127.0.0.1` as a supervised service on port 8123';

await story(async (duovir) => {
  const exit = await duovir.show('run', 'start', GOAL, '--target', 'sandbox', '--wait');
  const events = await duovir.events(await duovir.newestRun());
  assert.equal(exit, 0);
  assert.equal(endOf(events).outcome, 'succeeded');
  const goal = eventsOf(events, 'attestation-make').findLast(({ body }) => body.about === 'goal');
  assert.equal(goal?.body.outcome, 'succeeded');
  const { value } = JSON.parse((await duovir.ask('why', 'supervised', 'port', '--json')).output) as { value: number };
  assert.equal(value, 8123);
  proven('the service answers on its health URL, on the port the goal named');
});
