// `npm run test:attack [-- --json]`: tries to break each invariant, and prints how many attempts there were and what became of them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { run } from './check/process.ts';

const SECONDS = 1200;
/** Texts read by agents that obey have a command of their own: they take minutes and are counted by text, not by test. */
const OTHERS = ['--exclude', 'tests/attack/injection/**'];
const UNNAMED = 'other';

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

interface Attack {
  readonly suite: string;
  readonly invariant: string;
  readonly name: string;
  readonly isStopped: boolean;
}

const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
const attacks = await attempt(values.json !== true);
if (values.json) for (const attack of attacks) console.log(JSON.stringify(attack));
else print(attacks);
if (attacks.length === 0 || attacks.some(({ isStopped }) => !isStopped)) process.exitCode = 1;

async function attempt(show: boolean): Promise<readonly Attack[]> {
  const folder = mkdtempSync(join(tmpdir(), 'duovir-attacks-'));
  try {
    const file = join(folder, 'report.json');
    const reporters = ['--reporter=json', `--outputFile.json=${file}`, ...(show ? ['--reporter=default'] : [])];
    const { exitCode } = await run('vitest', ['run', 'tests/attack', ...OTHERS, ...reporters], {
      show,
      seconds: SECONDS,
    });
    const { testResults } = reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const found = testResults.flatMap(({ name, status, assertionResults }) => {
      const suite = /tests\/attack\/([a-z-]+)\//.exec(name)?.[1] ?? UNNAMED;
      const unloaded = { suite, invariant: UNNAMED, name: `${name} could not be loaded`, isStopped: false };
      if (status === 'failed' && assertionResults.length === 0) return [unloaded];
      return assertionResults
        .filter((result) => result.status === 'passed' || result.status === 'failed')
        .map((result): Attack => ({
          suite,
          invariant: /invariant (\d+)/i.exec(result.fullName)?.[1] ?? UNNAMED,
          name: result.fullName.trim(),
          isStopped: result.status === 'passed',
        }));
    });
    const explained = exitCode === 0 || found.some(({ isStopped }) => !isStopped);
    return explained
      ? found
      : [...found, { suite: UNNAMED, invariant: UNNAMED, name: 'the run itself', isStopped: false }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(all: readonly Attack[]): void {
  const invariants = [...new Set(all.map(({ invariant }) => invariant))].toSorted(
    (left, right) => (Number(left) || Number.MAX_VALUE) - (Number(right) || Number.MAX_VALUE),
  );
  console.log('\ninvariant  attacks  stopped');
  for (const invariant of invariants) {
    const tried = all.filter((attack) => attack.invariant === invariant);
    const stopped = tried.filter(({ isStopped }) => isStopped).length;
    console.log(`${invariant.padStart(9)}  ${String(tried.length).padStart(7)}  ${String(stopped).padStart(7)}`);
  }
  const failed = all.filter(({ isStopped }) => !isStopped);
  for (const { suite, name } of failed) console.log(`not stopped: ${suite}: ${name}`);
  console.log(`${all.length} attacks, ${all.length - failed.length} stopped, ${failed.length} not`);
}
