// A PostgreSQL cluster in a sandbox whose port 5432 somebody else already has: healed without anybody being called.
import assert from 'node:assert/strict';
import { endOf, eventsOf, proven, story } from '../story.ts';

const GOAL = 'Cluster PostgreSQL: one primary and two streaming replicas';
const TAKEN = 5432;

await story(async (duovir) => {
  const exit = await duovir.show('run', 'start', GOAL, '--target', 'sandbox', '--occupy', String(TAKEN), '--wait');
  const events = await duovir.lastEvents();
  assert.equal(exit, 0);
  assert.equal(endOf(events).outcome, 'succeeded');
  assert.equal(endOf(events).heals, 1);

  const attestations = eventsOf(events, 'attestation-make').map(({ body }) => body);
  const control = attestations.find(({ about }) => about === 'control');
  assert.equal(control?.outcome, 'failed', 'the goal probes must fail before the work');
  const goal = attestations.findLast(({ about }) => about === 'goal');
  assert.equal(goal?.outcome, 'succeeded');

  const failure = eventsOf(events, 'step-end').find(({ body }) => body.outcome === 'failed');
  assert.match(failure?.body.stderr ?? '', /Address already in use/, "the failure is PostgreSQL's own words");
  const [diagnosis] = eventsOf(events, 'diagnosis-make');
  assert.equal(diagnosis?.body.diagnosis.signature, 'net.port-in-use');
  assert.equal(eventsOf(events, 'diagnosis-confirm')[0]?.body.outcome, 'succeeded');
  const heal = eventsOf(events, 'verdict-reach').find(({ body }) => body.motionKind === 'heal');
  assert.equal(heal?.body.verdict, 'carried');
  const undone = eventsOf(events, 'step-start').find(({ body }) => body.purpose === 'compensate');
  assert.ok(undone, 'the failed step is undone before it is tried again');

  const { chain, value, before } = JSON.parse((await duovir.ask('why', 'postgresql', 'port', '--json')).output) as {
    chain: { kind: string }[];
    value: number;
    before: number[];
  };
  assert.notEqual(value, TAKEN);
  for (const kind of ['attestation', 'receipt', 'permit', 'opinion', 'motion', 'diagnosis', 'failure'])
    assert.ok(
      chain.some((link) => link.kind === kind),
      `the chain of the port has no ${kind}`,
    );
  assert.equal(await duovir.show('ledger', 'verify'), 0);
  proven(
    'the goal probes failed before the work and succeeded after it, seen by the attestor',
    `port ${TAKEN} was taken, ${value} is used now${before.length > 0 ? ` (before: ${before.join(', ')})` : ''}; two reviewers carried the patch`,
    'the failed step was undone before the retry',
    'every link from the value back to the request is in the ledger, and the ledger verifies',
  );
});
