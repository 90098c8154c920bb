import type { NewEvent } from '@duovir/protocol';
import type { Context } from '../context.ts';

/** Tells people something that is no statement of a principal: a sandbox was lost, an undo begins, a step is skipped. */
export async function notice(
  { ports, stages }: Context,
  run: string,
  input: { readonly key: string; readonly event: NewEvent },
): Promise<null> {
  if (input.event.type === 'undo-start') await stages.enter(ports, run, 'undo');
  await ports.events.publish(run, input.key, input.event);
  return null;
}
