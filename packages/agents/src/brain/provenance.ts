import type { Predicate } from '@duovir/protocol';

/** What an agent thought with, as its statements say it. */
export type Provenance = Pick<Predicate<'plan'>, 'brain' | 'tokens' | 'calls'>;

/** From playbooks, signatures and rules alone. */
export function withoutModel(): Provenance {
  return { brain: 'playbook', tokens: 0, calls: [] };
}

/** Both together led to it. */
export function joined(first: Provenance, second: Provenance): Provenance {
  return {
    brain: first.brain === 'model' || second.brain === 'model' ? 'model' : 'playbook',
    tokens: first.tokens + second.tokens,
    calls: [...new Set([...first.calls, ...second.calls])],
  };
}

/** A model was asked and paid, but what is said now is not from it. */
export function inVain({ tokens, calls }: Provenance): Provenance {
  return { brain: 'playbook', tokens, calls };
}
