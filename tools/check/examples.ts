import { globSync } from 'node:fs';
import { ROOT, run } from './process.ts';
import { NOTHING, sum, type Stage, type Tally } from './stage.ts';

const SECONDS = 300;
const SHOWN_LINES = 60;

/** Every story asserts its own result and exits 0; its output is shown only when it does not. */
export const examples: Stage = {
  name: 'examples',
  run: async () => {
    let total = NOTHING;
    for (const story of globSync('examples/*/story.ts', { cwd: ROOT }).toSorted()) {
      total = sum(total, await tell(story));
    }
    return total;
  },
};

async function tell(story: string): Promise<Tally> {
  const started = performance.now();
  const { exitCode, output } = await run('node', [story], { show: false, seconds: SECONDS });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${exitCode === 0 ? '✓' : '✗'} ${story} (${seconds} s)`);
  if (exitCode === 0) return { passed: 1, failed: 0, skipped: 0 };
  console.log(output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n'));
  return { passed: 0, failed: 1, skipped: 0 };
}
