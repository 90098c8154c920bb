import type { ActionInput, Limits } from '@duovir/protocol';
import { DEFAULT_LIMITS, type SandboxLimits } from '../sandbox/limits.ts';
import { failed, succeeded, type ActionResult } from './action-result.ts';
import type { ActionScope } from './action-scope.ts';
import { startStranger } from './stranger.ts';

/** Opens the sandbox in the generation of the permit. Ports to be taken already are taken when this returns. */
export async function openRunSandbox(input: ActionInput<'sandbox.open@1'>, scope: ActionScope): Promise<ActionResult> {
  const { run, generation, sandboxes } = scope;
  const live = await sandboxes.open({ run, generation, hosts: input.hosts, limits: limitsOf(input.limits) });
  for (const port of input.occupiedPorts) {
    const problem = await startStranger(live.sandbox, port);
    if (problem !== undefined) {
      await sandboxes.close(run);
      return failed('infrastructure', `Port ${port} could not be taken for the rehearsal: ${problem}`);
    }
  }
  return succeeded();
}

function limitsOf({ memoryBytes, processes, cpuPercent, workspaceBytes }: Limits): SandboxLimits {
  return { ...DEFAULT_LIMITS, memoryBytes, processes, cpus: cpuPercent / 100, workspaceBytes };
}
