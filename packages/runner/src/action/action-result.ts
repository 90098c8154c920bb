import type { Predicate } from '@duovir/protocol';
import { OutputCollector, type Output } from '../sandbox/output.ts';
import type { CommandResult } from '../sandbox/command.ts';

export type Cause = Predicate<'receipt'>['cause'];

/** How an action ended. `exit` is null where no program ended: files, services that run on. */
export interface ActionResult {
  readonly outcome: 'succeeded' | 'failed';
  readonly cause: Cause;
  readonly exit: number | null;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Of each stream, in bytes: what is kept of it, and more than which ends a command. */
export const OUTPUT_CAP_BYTES = 256 * 1024;

export function outputOf(text: string): Output {
  const collector = new OutputCollector(OUTPUT_CAP_BYTES);
  collector.add(Buffer.from(text));
  return collector.output();
}

export function succeeded(streams?: Pick<ActionResult, 'stdout' | 'stderr'>): ActionResult {
  const { stdout, stderr } = streams ?? { stdout: outputOf(''), stderr: outputOf('') };
  return { outcome: 'succeeded', cause: 'exit', exit: null, stdout, stderr };
}

/** A failure the runner itself has to tell about. */
export function failed(cause: Cause, explanation: string): ActionResult {
  return { outcome: 'failed', cause, exit: null, stdout: outputOf(''), stderr: outputOf(explanation) };
}

export function resultOf({ cause, exit, stdout, stderr }: CommandResult): ActionResult {
  const outcome = cause === 'exit' && exit === 0 ? 'succeeded' : 'failed';
  return { outcome, cause, exit, stdout, stderr };
}
