import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { run } from './process.ts';
import { ONE_FAILURE, type Stage, type Tally } from './stage.ts';
import { verifierCases } from './verifiers.ts';

const SECONDS = 1200;
/**
 * Half a minute each and more: `npm run chaos`, `npm run test:attack` and `npm run test:injection` run them, and shorter forms of
 * them stand beside the code.
 */
const LONG = [
  'tests/attack/injection/injection.test.ts',
  'tests/attack/words/trust-policy.test.ts',
  'tests/attack/cell/missing.test.ts',
  'tests/chaos/budget-schedules.test.ts',
  'tests/chaos/budget-kill.test.ts',
  'tests/chaos/permit-schedules.test.ts',
  'tests/chaos/models.test.ts',
  'tests/chaos/evidence-kill.test.ts',
  'tests/chaos/kill-everywhere.test.ts',
  'tests/chaos/key-rotation.test.ts',
  'tests/chaos/ledger-timestamp.test.ts',
  'tests/chaos/ledger-kills-long.test.ts',
];

/** What is read of vitest's JSON report; the rest of it is not ours to check. */
const reportSchema = z.object({
  numPassedTests: z.int().nonnegative(),
  numFailedTests: z.int().nonnegative(),
  numPendingTests: z.int().nonnegative(),
  numTodoTests: z.int().nonnegative(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

/** Unit, integration and attack tests, and those of the tools. */
export const unitTests: Stage = {
  name: 'tests',
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'duovir-check-'));
    const file = join(folder, 'report.json');
    try {
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
      const without = LONG.flatMap((long) => ['--exclude', long]);
      rmSync(verifierCases, { recursive: true, force: true });
      const environment = { DUOVIR_VERIFIER_CASES: verifierCases };
      const { exitCode } = await run('vitest', ['run', ...without, ...reporters], {
        show: true,
        seconds: SECONDS,
        environment,
      });
      return tallyOf(readFileSync(file, 'utf8'), exitCode);
    } catch (cause) {
      console.error('vitest ended without its report:', cause);
      return ONE_FAILURE;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** A file that could not be loaded, and an exit code nothing else explains, count as failures. */
export function tallyOf(report: string, exitCode: number): Tally {
  const parsed = reportSchema.parse(JSON.parse(report));
  const isFailed = (result: { status: string }): boolean => result.status === 'failed';
  const unloaded = parsed.testResults.filter((file) => isFailed(file) && !file.assertionResults.some(isFailed)).length;
  const failed = parsed.numFailedTests + unloaded;
  return {
    passed: parsed.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: parsed.numPendingTests + parsed.numTodoTests,
  };
}
