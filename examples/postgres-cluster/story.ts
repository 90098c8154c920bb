// A PostgreSQL cluster in a sandbox whose port 5432 somebody else already has: healed without anybody being called.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { loadPublicKey, stateDirectory } from '@duovir/principal';
import { foreignVerifiers } from '../evidence/foreign-verifiers.ts';
import { endOf, eventsOf, proven, story, type Duovir } from '../story.ts';

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
  assert.equal(await duovir.show('why', 'postgresql', 'port'), 0, 'every link of the answer is proven');
  assert.equal(await duovir.show('ledger', 'verify'), 0);
  const verifiers = await verifyEvidence(duovir);
  proven(
    'the goal probes failed before the work and succeeded after it, seen by the attestor',
    `port ${TAKEN} was taken, ${value} is used now${before.length > 0 ? ` (before: ${before.join(', ')})` : ''}; two reviewers carried the patch`,
    'the failed step was undone before the retry',
    'every link from the value back to the request is in the ledger, and the ledger verifies',
    `the evidence pack verifies in an empty folder: ${verifiers.join(', ')}`,
  );
});

/** One file for an auditor, and the verifiers that come in it, which see nothing else. */
async function verifyEvidence(duovir: Duovir): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-pack-'));
  try {
    const [zip, pack] = [join(folder, 'pack.zip'), join(folder, 'pack')];
    assert.equal(await duovir.show('evidence', 'export', '--scope', 'pci', '--out', zip), 0);
    assert.equal(await duovir.show('evidence', 'verify', zip), 0);
    if (spawnSync('python3', ['--version']).status !== 0) return ['duovir (there is no Python here for the others)'];
    assert.equal(spawnSync('python3', ['-m', 'zipfile', '-e', zip, pack]).status, 0);
    const officer = loadPublicKey(stateDirectory(duovir.state).officer);
    const { python, go } = foreignVerifiers(pack);
    const verdicts = { 'verify.py': python(officer), 'verify.go': go(officer) };
    for (const [name, verdict] of Object.entries(verdicts))
      assert.deepEqual(verdict?.findings ?? [], [], `${name} finds nothing`);
    assert.ok(verdicts['verify.py']?.ok);
    return ['duovir', ...Object.entries(verdicts).flatMap(([name, verdict]) => (verdict ? [name] : []))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
