import type { Probe } from '@duovir/protocol';
import type { Conceal } from '../restoration/concealment.ts';
import type { InspectedListener } from '../sandbox/inspect.ts';
import type { Visit } from '../sandbox/visit.ts';
import { argvText } from './listeners.ts';
import { look, unknown, type Look } from './look.ts';

type ListenerProbe = Extract<Probe, { action: 'listener.probe@1' }>;

/** Seen in the kernel's own tables from outside: nothing in the sandbox can hide a socket or claim another's. */
export async function lookForListener(probe: ListenerProbe, visit: Visit, conceal: Conceal): Promise<Look> {
  return judgeListeners(probe, visit.inspect().listeners, conceal);
}

export function judgeListeners(
  { with: { port, address }, expect }: ListenerProbe,
  listeners: readonly InspectedListener[],
  conceal: Conceal,
): Look {
  const there = listeners.filter((one) => one.port === port && isAt(one.address, address));
  const observed = there.map((one) => ({ address: one.address, port, owner: ownerOf(one, conceal) }));
  const place = `${address ?? 'any address'} port ${port}`;
  const seen =
    there.length === 0
      ? `Nobody listens on ${place}.`
      : `${there.map((one) => ownerOf(one, conceal)).join(', ')} on ${place}.`;
  if (!expect.listening) return look(there.length === 0 ? 'succeeded' : 'failed', observed, seen);
  if (there.length === 0) return look('failed', observed, seen);
  if (expect.service === undefined || there.some(({ owner }) => owner?.service === expect.service))
    return look('succeeded', observed, seen);
  if (there.every(({ owner }) => owner === undefined)) return unknown(`The owner of ${place} cannot be seen.`);
  return look('failed', observed, `${seen} Expected service ${expect.service}.`);
}

const ANY = new Set(['0.0.0.0', '0:0:0:0:0:0:0:0']);

function isAt(actual: string, expected: string | undefined): boolean {
  return expected === undefined || actual === expected || ANY.has(actual);
}

function ownerOf({ owner }: InspectedListener, conceal: Conceal): string {
  if (!owner) return 'somebody';
  return owner.service ? `service ${owner.service}` : argvText(owner.argv, conceal);
}
