/** Tests counted by a stage. A stage without tests of its own counts none when it succeeds and one failure when not. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Stage {
  readonly name: string;
  readonly run: () => Promise<Tally>;
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };
export const ONE_FAILURE: Tally = { passed: 0, failed: 1, skipped: 0 };

export const sum = (left: Tally, right: Tally): Tally => ({
  passed: left.passed + right.passed,
  failed: left.failed + right.failed,
  skipped: left.skipped + right.skipped,
});

/** Prints each stage with its time, then the total on a line of its own; answers the exit code. */
export async function runStages(stages: readonly Stage[], options: { stopAtFailure: boolean }): Promise<number> {
  let total = NOTHING;
  const summary: string[] = [];
  for (const stage of stages) {
    const stopped = options.stopAtFailure && total.failed > 0;
    if (stopped) {
      summary.push(`- ${stage.name.padEnd(12)} not run`);
      continue;
    }
    console.log(`\n── ${stage.name}`);
    const started = performance.now();
    const tally = await stage.run();
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
    summary.push(`${tally.failed === 0 ? '✓' : '✗'} ${stage.name.padEnd(12)} ${seconds} s${countsOf(tally)}`);
    total = sum(total, tally);
  }
  console.log(`\n${summary.join('\n')}\n`);
  console.log(closingLine(total));
  return total.failed === 0 ? 0 : 1;
}

export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

function countsOf(tally: Tally): string {
  return tally.passed + tally.failed + tally.skipped === 0 ? '' : `   ${closingLine(tally)}`;
}
