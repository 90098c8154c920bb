import type { Concealment } from '../restoration/concealment.ts';
import type { LiveSandbox } from './live-sandbox.ts';
import type { LiveSandboxes } from './live-sandboxes.ts';

/** What an action may touch: its own run, one generation of its sandbox. */
export interface ActionScope {
  readonly run: string;
  /** Generation of the sandbox the permit is for. */
  readonly generation: number;
  readonly sandboxes: LiveSandboxes;
  readonly timeoutMs: number;
  /** Aborted when a person stops the run. */
  readonly signal: AbortSignal;
  /** Values that were put into the sandbox of the run, in whatever step: its output shows their placeholders instead. */
  readonly concealment: Concealment;
  readonly onOutput: (stream: 'stdout' | 'stderr', line: string) => void;
}

/** Throws `sandbox-lost` when it is gone. */
export function sandboxOf({ sandboxes, run, generation }: ActionScope): LiveSandbox {
  return sandboxes.need(run, generation);
}
