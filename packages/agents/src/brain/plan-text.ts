import type { Plan } from '@duovir/protocol';
import { flatText } from './flat-text.ts';

/**
 * A plan as a model reads it. Without its salt, which only blinds the digest, and without the document it was rendered from:
 * what is judged is what is executed.
 */
export function planText({ goal, source, environment, dataClass, steps }: Plan): string {
  const { pack, playbook, inputs } = source;
  return flatText({ environment, dataClass, goal, source: { pack, playbook, inputs }, steps });
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
