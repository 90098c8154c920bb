import { succeeded, type ActionResult } from './action-result.ts';
import type { ActionScope } from './action-scope.ts';

/** Nothing to close is fine: an undo may come twice. */
export async function closeRunSandbox({ sandboxes, run }: ActionScope): Promise<ActionResult> {
  await sandboxes.close(run);
  return succeeded();
}
