import type { Digest, Envelope } from '@duovir/protocol';
import type { RunDurable } from './actions.ts';
import type { FrozenMotion } from './motion.ts';
import { vote, type Rounds, type Vote } from './vote.ts';

export type Debated =
  /** The proposer mends it: the motion is void, a revision of it may follow. */
  | { readonly kind: 'withdrawn'; readonly answers: Digest }
  | { readonly kind: 'voted'; readonly opinions: readonly Envelope[]; readonly answers: Digest | null };

/**
 * One exchange of arguments and one more vote, never free talk: more rounds make votes worse (arXiv 2502.19130). Who agrees
 * from the beginning is not made to talk. Debate takes authority away and adds none.
 */
export async function debate(durable: RunDurable, motion: FrozenMotion, blind: Vote, rounds: Rounds): Promise<Debated> {
  const first = { kind: 'voted', opinions: blind.opinions, answers: null } as const;
  if (!blind.debatable) return first;
  const rebutted = await durable.step('rebut', { motion, said: blind.said, round: blind.round });
  if (rebutted.kind === 'withdrawn') return { kind: 'withdrawn', answers: rebutted.answers };
  if (rebutted.kind === 'silent') return { ...first, answers: rebutted.answers };
  const tested = await durable.step('test-findings', { motion, said: blind.said, answers: rebutted.answers });
  // With neither a refutation nor a result there is nothing new to judge by, and the first vote stands.
  if (!rebutted.refutes && tested.tested === 0) return { ...first, answers: rebutted.answers };
  const second = await vote(durable, rounds, { motion, phase: 'second', debate: tested.debate });
  return {
    kind: 'voted',
    opinions: [...blind.opinions, ...(second?.opinions ?? [])],
    answers: rebutted.answers,
  };
}
