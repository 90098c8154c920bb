import type { ActionInput } from '@duovir/protocol';
import { OUTPUT_CAP_BYTES, resultOf, type ActionResult } from './action-result.ts';
import { sandboxOf, type ActionScope } from './action-scope.ts';

export async function runCommandStep(
  { argv, environment, directory, stdin }: ActionInput<'command.run@1'>,
  scope: ActionScope,
): Promise<ActionResult> {
  const result = await sandboxOf(scope).sandbox.command({
    argv,
    env: environment,
    cwd: directory,
    ...(stdin === undefined ? {} : { stdin }),
    timeoutMs: scope.timeoutMs,
    outputCapBytes: OUTPUT_CAP_BYTES,
    onOutput: scope.onOutput,
    signal: scope.signal,
    filter: () => scope.concealment.stream(),
  });
  return resultOf(result);
}
