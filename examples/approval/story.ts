// Work in production is referred to people. The requester is refused, somebody else approves.
import assert from 'node:assert/strict';
import { endOf, eventsOf, proven, story } from '../story.ts';

const GOAL = 'Cluster Redis: three masters';
const PRODUCTION = ['--target', 'sandbox', '--environment', 'production'];
const REFUSED = 4;

await story(async (duovir) => {
  const following = duovir.show('run', 'start', GOAL, ...PRODUCTION, '--wait');
  const motion = await duovir.waitingMotion();

  const own = await duovir.ask('approval', 'approve', motion, '--as', 'operator');
  assert.equal(own.exit, REFUSED, 'nobody approves what they requested');
  assert.equal((await duovir.ask('approval', 'approve', motion, '--as', 'approver')).exit, 0);
  assert.equal(await following, 0);

  const events = await duovir.lastEvents();
  assert.equal(endOf(events).outcome, 'succeeded');
  assert.equal(eventsOf(events, 'verdict-reach')[0]?.body.verdict, 'referred');
  assert.deepEqual(
    eventsOf(events, 'approval-give').map(({ body }) => [body.person, body.verdict]),
    [['approver', 'approve']],
  );
  const wait = events.findIndex(({ type }) => type === 'approval-wait');
  const permit = events.findIndex(({ type }) => type === 'permit-mint');
  const approval = events.findIndex(({ type }) => type === 'approval-give');
  assert.ok(wait < approval && approval < permit, 'no permit before the approval');
  assert.equal((await duovir.ask('ledger', 'verify')).exit, 0);
  proven('production was referred to people', 'the requester was refused', 'the approver carried it');
});
