import { run } from './process.ts';
import { NOTHING, ONE_FAILURE, type Stage } from './stage.ts';

const SECONDS = 300;

/** A stage that is one command: it succeeds or fails as a whole. */
export const tool = (name: string, command: string, commandArguments: readonly string[]): Stage => ({
  name,
  run: async () => {
    const { exitCode } = await run(command, commandArguments, { show: true, seconds: SECONDS });
    return exitCode === 0 ? NOTHING : ONE_FAILURE;
  },
});
