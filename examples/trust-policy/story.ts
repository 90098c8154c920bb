// The officer makes the lowest class stricter, while everything runs: checked, compared, signed, applied. The old rule does not come back.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { endOf, eventsOf, proven, story } from '../story.ts';

const GOAL = 'Cluster Redis: three masters';
const UNSOUND = 6;

const folder = mkdtempSync(join(tmpdir(), 'duovir-officer-'));
const [draft, first, signed] = ['next.yaml', 'first.json', 'next.signed.json'].map((name) => join(folder, name));
try {
  await story(async (duovir) => {
    assert.ok(draft && first && signed);
    copyFileSync(join(duovir.state, 'trust', 'policy.json'), first);
    const shown = await duovir.ask('trust', 'show', '--yaml');
    assert.equal(shown.exit, 0);

    const next = parseDocument(shown.output);
    next.setIn(['quorum', 'R1', 'groups'], 9);
    writeFileSync(draft, next.toString());
    assert.equal(await duovir.show('trust', 'check', draft), UNSOUND, 'nobody could ever carry that');

    next.setIn(['quorum', 'R1', 'groups'], 2);
    next.setIn(['quorum', 'R1', 'people'], 1);
    next.setIn(['quorum', 'R1', 'cardholderPeople'], 1);
    writeFileSync(draft, next.toString());
    assert.equal(await duovir.show('trust', 'check', draft), 0);
    assert.equal(await duovir.show('trust', 'diff', draft), 0);
    assert.equal(await duovir.show('trust', 'sign', draft, '--out', signed), 0);
    assert.equal(await duovir.show('trust', 'apply', signed, '--yes', '--as', 'approver'), 0);
    assert.notEqual((await duovir.ask('trust', 'apply', first, '--yes', '--as', 'approver')).exit, 0, 'no way back');

    const following = duovir.show('run', 'start', GOAL, '--target', 'sandbox', '--wait');
    const motion = await duovir.waitingMotion();
    assert.equal(await duovir.show('approval', 'approve', motion, '--as', 'deputy'), 0);
    assert.equal(await following, 0);
    const events = await duovir.lastEvents();
    assert.equal(endOf(events).outcome, 'succeeded');
    assert.equal(eventsOf(events, 'verdict-reach')[0]?.body.riskClass, 'R1');
    assert.equal(await duovir.show('ledger', 'verify'), 0);
    proven(
      'a rule that nobody can meet was found before it was signed',
      'the new rule held from the next motion on: a person was asked',
      'the policy before it, though signed by the officer, was refused',
      'the ledger knows both policies, and verifies',
    );
  });
} finally {
  rmSync(folder, { recursive: true });
}
