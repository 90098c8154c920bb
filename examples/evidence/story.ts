// An auditor is handed one file: three verifiers, two of them strangers, say what it proves. Then people ask why a value is what it is.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { loadPublicKey, stateDirectory } from '@duovir/principal';
import { endOf, proven, story, type Answer, type Duovir } from '../story.ts';
import { foreignVerifiers } from './foreign-verifiers.ts';

const COMMAND = join(import.meta.dirname, '../../packages/cli/bin/duovir.js');
const IMAGE = `registry.example/web@sha256:${'a'.repeat(64)}`;
const MANIFESTS = 'Write Kubernetes manifests with 3 replicas';
const DRIFT = 7;
const UNVERIFIED = 5;

const folder = mkdtempSync(join(tmpdir(), 'duovir-evidence-'));
const [zip, pack] = [join(folder, 'pack.zip'), join(folder, 'pack')];

await story(async (duovir) => {
  try {
    assert.equal(
      await duovir.show('run', 'start', MANIFESTS, '--target', 'sandbox', '--input', `image=${IMAGE}`, '--wait'),
      0,
    );
    const run = endOf(await duovir.lastEvents());
    assert.equal(run.outcome, 'succeeded');
    await why(duovir);
    await evidence(duovir);
    await shredded(duovir);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

interface Chain {
  readonly value: unknown;
  readonly run: string;
  readonly chain: readonly { readonly kind: string; readonly principal: string }[];
}

/** A field inside a Kubernetes manifest: who decided it, and that somebody else's value has been decided by nobody here. */
async function why(duovir: Duovir): Promise<void> {
  assert.equal(await duovir.show('why', 'Deployment/web', 'spec.replicas'), 0);
  const { value, chain } = JSON.parse(
    (await duovir.ask('why', 'Deployment/web', 'spec.replicas', '--json')).output,
  ) as Chain;
  assert.equal(value, 3);
  for (const kind of ['attestation', 'receipt', 'permit', 'verdict', 'opinion', 'motion', 'plan', 'request', 'intent'])
    assert.ok(
      chain.some((link) => link.kind === kind),
      `the chain of the replicas has no ${kind}`,
    );
  const drift = await duovir.ask('why', 'Deployment/web', 'spec.replicas', '--observed', '5');
  assert.equal(drift.exit, DRIFT);
  assert.match(drift.output + drift.errors, /Nobody here decided this/);
  proven('the replicas in the manifest lead back to who asked for them; five replicas lead back to nobody');
}

async function evidence(duovir: Duovir): Promise<void> {
  assert.equal(await duovir.show('evidence', 'export', '--scope', 'pci', '--out', zip), 0);
  assert.equal(bare('evidence', 'verify', zip).exit, 0, 'where there has never been an installation');
  assert.equal(spawnSync('python3', ['-m', 'zipfile', '-e', zip, pack]).status, 0);
  assert.equal(spawnSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: pack }).status, 0);
  const officer = loadPublicKey(stateDirectory(duovir.state).officer);
  const { python, go } = foreignVerifiers(pack);
  const said = { python: python(officer), go: go(officer) };
  assert.deepEqual(said.python?.findings, []);
  assert.deepEqual(said.go?.findings ?? [], []);

  const index = join(pack, 'index.jsonl');
  const honest = readFileSync(index, 'utf8');
  writeFileSync(index, honest.replace('"principal":"runner"', '"principal":"attestor"'));
  assert.equal(bare('evidence', 'verify', pack, '--officer', officer).exit, UNVERIFIED);
  assert.equal(python(officer)?.ok, false);
  assert.notEqual(go(officer)?.ok, true);
  writeFileSync(index, honest);
  proven(
    `the evidence verifies with nothing but itself: by us, in Python${said.go ? ', and in Go' : '; Go is not on this machine'}`,
    'one forged row of its index, and none of them believes it any more',
  );
}

/** What is shredded is gone, and everybody can see that it is, and who had it destroyed. */
async function shredded(duovir: Duovir): Promise<void> {
  const run = (await duovir.newestRun()) ?? '';
  const { output } = await duovir.ask(
    'blob',
    'list',
    '--run',
    (await duovir.newestRun()) ?? '',
    '--json',
    '--as',
    'approver',
  );
  const sealed = JSON.parse(output) as { commitment: string; role: string }[];
  const plan = sealed.find(({ role }) => role === 'plan');
  assert.ok(plan, 'the run has a sealed plan');
  const shred = ['blob', 'shred', plan.commitment, '--run', run, '--reason', 'erasure', '--yes', '--as', 'approver'];
  assert.equal(await duovir.show(...shred), 0);
  const again = join(folder, 'again.zip');
  assert.equal((await duovir.ask('evidence', 'export', '--out', again)).exit, 0);
  const verified = bare('evidence', 'verify', again, '--json');
  const { ok, blobs } = JSON.parse(verified.output) as { ok: boolean; blobs: { shredded: number; mismatch: number } };
  assert.ok(ok);
  assert.deepEqual([blobs.shredded, blobs.mismatch], [1, 0]);
  proven('a plan was shredded: the evidence says so, and still verifies');
}

/** The command in an empty directory that knows of no installation. */
function bare(...argv: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...argv, '--state', join(folder, 'none')], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  return { exit: status ?? UNVERIFIED, output: stdout, errors: stderr };
}
