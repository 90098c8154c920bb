import type { ActionInput } from '@duovir/protocol';
import { succeeded, type ActionResult } from './action-result.ts';
import { sandboxOf, type ActionScope } from './action-scope.ts';

/** Nothing to stop is fine: an undo may come twice, and what failed to start is not running. */
export async function stopRunService(
  { name, signal, graceMs }: ActionInput<'service.stop@1'>,
  scope: ActionScope,
): Promise<ActionResult> {
  const live = sandboxOf(scope);
  const service = live.services.get(name);
  if (!service) return succeeded();
  await service.stop(signal, graceMs);
  live.services.delete(name);
  return succeeded(service.output());
}
