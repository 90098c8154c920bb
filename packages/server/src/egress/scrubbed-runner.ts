import type { Scrubber } from '@duovir/egress';
import type { RunnerPort } from '@duovir/engine';

/**
 * The runner, with secrets taken out of everything programs wrote before anybody reads it: people, the healer, later a
 * model. The receipt's digests are over the bytes as they were.
 */
export function scrubbedRunner(runner: RunnerPort, scrubber: Scrubber): RunnerPort {
  return {
    ...runner,
    execute: async (request, permit, onLog) => {
      const execution = await runner.execute(request, permit, (stream, text) => onLog(stream, scrubber.scrub(text)));
      if (execution.kind !== 'receipt') return execution;
      const { stdout, stderr } = execution;
      return { ...execution, stdout: scrubber.scrub(stdout), stderr: scrubber.scrub(stderr) };
    },
  };
}
