import type { PatchRequest, Plan } from '@duovir/protocol';
import type { Playbook } from '../playbook/playbook-schema.ts';

export type PortPatch =
  | { readonly kind: 'port'; readonly input: string; readonly port: number }
  | { readonly kind: 'none'; readonly reason: string };

/** Chooses the input that carries the taken port, and the next free port inside the envelope (Invariant 5). */
export function choosePort(
  taken: number,
  { plan, envelope, listeners }: Pick<PatchRequest, 'plan' | 'envelope' | 'listeners'>,
  playbook: Playbook,
): PortPatch {
  const carriers = envelope.inputs.filter((name) => plan.source.inputs[name] === taken);
  const [input, another] = carriers;
  if (input === undefined)
    return none(`No input that envelope ${envelope.id} allows to change has the value ${taken}.`);
  if (another !== undefined)
    return none(`Both ${input} and ${another} have the value ${taken}; which one is meant is not known.`);
  const declared = playbook.inputs[input];
  if (declared?.type !== 'integer') return none(`The playbook has no integer input ${input}.`);
  const used = new Set([taken, ...listeners.map(({ port }) => port), ...otherPorts(plan, input)]);
  const from = Math.max(envelope.from, declared.minimum);
  const to = Math.min(envelope.to, declared.maximum);
  const port = firstFree(Math.max(from, taken + 1), to, used) ?? firstFree(from, Math.min(taken - 1, to), used);
  if (port === undefined) return none(`Envelope ${envelope.id} has no free port between ${from} and ${to}.`);
  return { kind: 'port', input, port };
}

function none(reason: string): PortPatch {
  return { kind: 'none', reason };
}

function firstFree(from: number, to: number, used: ReadonlySet<number>): number | undefined {
  for (let port = from; port <= to; port += 1) if (!used.has(port)) return port;
  return undefined;
}

/** Numbers the plan uses elsewhere: two services must not be moved onto one port. */
function otherPorts(plan: Plan, input: string): number[] {
  return Object.entries(plan.source.inputs).flatMap(([name, value]) =>
    name !== input && typeof value === 'number' ? [value] : [],
  );
}
