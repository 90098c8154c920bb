import type { Predicate } from '@duovir/protocol';

/** What an agent thought with, as its statements say it. */
export type Provenance = Pick<Predicate<'plan'>, 'brain' | 'tokens' | 'calls'>;

/** From playbooks, signatures and rules alone. */
export function withoutModel(): Provenance {
  return { brain: 'playbook', tokens: 0, calls: [] };
}

/** Both together led to it. The same question gets the stored answer of the same calls, which were paid once. */
export function joined(first: Provenance, second: Provenance): Provenance {
  const isRepeated = second.calls.length > 0 && second.calls.every((call) => first.calls.includes(call));
  return {
    brain: first.brain === 'model' || second.brain === 'model' ? 'model' : 'playbook',
    tokens: first.tokens + (isRepeated ? 0 : second.tokens),
    calls: [...new Set([...first.calls, ...second.calls])],
  };
}

/** A model was asked and paid, but what is said now is not from it. */
export function inVain({ tokens, calls }: Provenance): Provenance {
  return { brain: 'playbook', tokens, calls };
}
