import type { ActionInput } from '@duovir/protocol';
import type { ActionResult } from './action-result.ts';
import type { ActionScope } from './action-scope.ts';
import { runCommandStep } from './command-run.ts';

/** Free shell text: reaches this line only when people have approved it, for its risk class asks for them. */
export async function runShell({ script }: ActionInput<'shell.exec@1'>, scope: ActionScope): Promise<ActionResult> {
  return runCommandStep({ argv: ['/bin/sh', '-c', script], environment: {}, directory: '/workspace' }, scope);
}
