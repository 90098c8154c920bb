// nginx in front of two upstreams; then the same with a configuration that nginx itself refuses: stopped and undone.
import assert from 'node:assert/strict';
import { endOf, eventsOf, proven, story } from '../story.ts';

const GOAL = 'Put nginx in front of two upstreams';
const BAD_CONFIG = 'extraConfig=proxy_buffring on;';
const UNDONE = 10;

await story(async (duovir) => {
  assert.equal(await duovir.show('run', 'start', GOAL, '--target', 'sandbox', '--wait'), 0);
  const good = await duovir.lastEvents();
  assert.equal(endOf(good).outcome, 'succeeded');
  const goal = eventsOf(good, 'attestation-make').findLast(({ body }) => body.about === 'goal');
  assert.equal(goal?.body.outcome, 'succeeded');

  const broken = await duovir.show('run', 'start', GOAL, '--target', 'sandbox', '--input', BAD_CONFIG, '--wait');
  const events = await duovir.lastEvents();
  assert.equal(broken, UNDONE);
  assert.equal(endOf(events).outcome, 'undone');
  const failure = eventsOf(events, 'step-end').find(({ body }) => body.outcome === 'failed');
  assert.match(failure?.body.stderr ?? '', /unknown directive "proxy_buffring"/, "the failure is nginx's own words");
  const restored = eventsOf(events, 'attestation-make').findLast(({ body }) => body.about === 'restored');
  assert.equal(restored?.body.outcome, 'succeeded', 'the environment is as before');
  proven(
    ...(goal?.body.probes ?? []).map(({ id, summary }) => `${id}: ${summary}`),
    'a configuration that nginx refuses never served: the run ended undone, and the environment is as before',
  );
});
