import type { ActionInput } from '@duovir/protocol';
import { succeeded, type ActionResult } from './action-result.ts';
import { sandboxOf, type ActionScope } from './action-scope.ts';

/** Nothing to remove is fine: an undo may come twice. */
export async function removeRunPath({ path }: ActionInput<'path.remove@1'>, scope: ActionScope): Promise<ActionResult> {
  await sandboxOf(scope).sandbox.removePath(path);
  return succeeded();
}
