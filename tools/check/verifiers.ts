import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, run } from './process.ts';
import { NOTHING, sum, type Stage, type Tally } from './stage.ts';

const SECONDS = 300;
const VERIFIERS = join(ROOT, 'packages', 'ledger', 'verifiers');

/** Where the tests of rules keep every folder that they have verified, for `DUOVIR_VERIFIER_CASES`. */
export const verifierCases = join(ROOT, 'node_modules', '.cache', 'duovir', 'verifier-cases');

/** The two verifiers in other languages say of each folder what ours has said. */
export const verifiers: Stage = {
  name: 'verifiers',
  run: async () => {
    const cases = existsSync(verifierCases) ? readdirSync(verifierCases).length : 0;
    if (cases === 0) return NOTHING;
    const folder = mkdtempSync(join(tmpdir(), 'duovir-verifiers-'));
    try {
      const python = await agree('verify.py', ['python3', join(VERIFIERS, 'verify.py')], cases);
      const go = buildGo(folder);
      return sum(python, go === undefined ? leftOut('verify.go', cases) : await agree('verify.go', [go], cases));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function agree(name: string, command: readonly string[], cases: number): Promise<Tally> {
  const parameters = [join(VERIFIERS, 'agreement.ts'), verifierCases, ...command];
  const { exitCode, output } = await run('node', parameters, { show: false, seconds: SECONDS });
  console.log(`${exitCode === 0 ? '✓' : '✗'} ${name} about ${cases} folders`);
  if (exitCode === 0) return { passed: cases, failed: 0, skipped: 0 };
  console.log(output.trimEnd());
  const failed = output.split('\n').filter((line) => line.startsWith('{')).length;
  return { passed: Math.max(0, cases - failed), failed: Math.max(1, failed), skipped: 0 };
}

function leftOut(name: string, cases: number): Tally {
  console.log(`- ${name} is not asked: there is no Go on this machine`);
  return { passed: 0, failed: 0, skipped: cases };
}

function buildGo(folder: string): string | undefined {
  if (spawnSync('go', ['version']).status !== 0) return undefined;
  const program = join(folder, 'verify');
  const environment = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' };
  const { status, stderr } = spawnSync('go', ['build', '-o', program, join(VERIFIERS, 'verify.go')], {
    env: environment,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`verify.go does not build: ${stderr}`);
  return program;
}
