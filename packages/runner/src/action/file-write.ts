import type { ActionInput } from '@duovir/protocol';
import { succeeded, type ActionResult } from './action-result.ts';
import { sandboxOf, type ActionScope } from './action-scope.ts';

export async function writeRunFile(
  { path, content, mode }: ActionInput<'file.write@1'>,
  scope: ActionScope,
): Promise<ActionResult> {
  await sandboxOf(scope).sandbox.writeFile(path, content, Number.parseInt(mode, 8));
  return succeeded();
}
