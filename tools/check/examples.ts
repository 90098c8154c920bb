import { globSync } from 'node:fs';
import { ROOT, run } from './process.ts';
import { NOTHING, sum, type Stage, type Tally } from './stage.ts';

const SECONDS = 300;
const SHOWN_LINES = 60;
/** A story waits for its processes half of the time. */
const LANES = 2;

/** Every story asserts its own result and exits 0; its output is shown only when it does not. */
export const examples: Stage = {
  name: 'examples',
  run: async () => {
    const stories = globSync('examples/*/story.ts', { cwd: ROOT }).toSorted();
    const lane = async (): Promise<Tally> => {
      let total = NOTHING;
      for (let story = stories.shift(); story !== undefined; story = stories.shift())
        total = sum(total, await tell(story));
      return total;
    };
    return (await Promise.all(Array.from({ length: LANES }, lane))).reduce(sum);
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
