import type { RunEvent } from '@duovir/protocol';
import { runEventSchema } from '@duovir/protocol';

export const MOTION = `sha256:${'a'.repeat(64)}`;

/** An event as the server sends it: what is no event is refused, so that no test shows what cannot happen. */
export function eventOf<Type extends RunEvent['type']>(
  type: Type,
  body: Extract<RunEvent, { readonly type: Type }>['body'],
  seq = 1,
): RunEvent {
  return runEventSchema.parse({ seq, run: 'run-aaaaaaaaaaaaaaaaaaaa', time: '2026-01-01T12:00:00.000Z', type, body });
}
