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
