import type { Predicate } from '@duovir/protocol';

/** What an agent thought with, as its statements say it. */
export type Provenance = Pick<Predicate<'plan'>, 'brain' | 'tokens' | 'calls'>;

/** From playbooks, signatures and rules alone. */
export function withoutModel(): Provenance {
  return { brain: 'playbook', tokens: 0, calls: [] };
}
