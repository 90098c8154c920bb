import { pointer } from '@duovir/policy';
import type { Plan } from '@duovir/protocol';

/**
 * A plan as a model reads it: each part under the JSON pointer by which it is cited. Without its salt, which only blinds
 * the digest, and without the document it was rendered from: what is judged is what is executed.
 */
export function planText({ goal, source, environment, dataClass, steps }: Plan): string {
  const parts: Record<string, unknown> = {
    '/environment': environment,
    '/dataClass': dataClass,
    '/goal/statement': goal.statement,
    '/source': { pack: source.pack, playbook: source.playbook },
    '/source/inputs': source.inputs,
  };
  for (const [index, probe] of goal.successCriteria.entries()) parts[pointer('goal', 'successCriteria', index)] = probe;
  for (const [index, step] of steps.entries()) parts[pointer('steps', index)] = step;
  return Object.entries(parts)
    .map(([at, value]) => `${at} ${JSON.stringify(value)}`)
    .join('\n');
}

/** What the plan has at a JSON pointer; undefined where it has nothing. */
export function atPointer(plan: Plan, at: string): unknown {
  if (!at.startsWith('/')) return undefined;
  const segments = at
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  let value: unknown = plan;
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[segment];
  }
  return value;
}
