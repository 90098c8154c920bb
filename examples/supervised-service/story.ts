// Any program under supervision, with a health URL. An interpreter can run anything, so a person has a say.
import assert from 'node:assert/strict';
import { endOf, eventsOf, proven, story } from '../story.ts';

const GOAL = 'Run `python3 -m http.server {port} --bind 127.0.0.1` as a supervised service on port 8123';

await story(async (duovir) => {
  const following = duovir.show('run', 'start', GOAL, '--target', 'sandbox', '--wait');
  assert.equal((await duovir.ask('approval', 'approve', await duovir.waitingMotion(), '--as', 'approver')).exit, 0);
  const exit = await following;
  const events = await duovir.lastEvents();
  assert.equal(exit, 0);
  assert.equal(endOf(events).outcome, 'succeeded');
  const goal = eventsOf(events, 'attestation-make').findLast(({ body }) => body.about === 'goal');
  assert.equal(goal?.body.outcome, 'succeeded');
  const { value } = JSON.parse((await duovir.ask('why', 'supervised', 'port', '--json')).output) as { value: number };
  assert.equal(value, 8123);
  proven('the service answers on its health URL, on the port the goal named');
});
