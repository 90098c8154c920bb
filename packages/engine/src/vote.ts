import type { Digest, Envelope } from '@duovir/protocol';
import type { RunDurable } from './actions.ts';
import type { FrozenMotion } from './motion.ts';
import type { Said } from './stages/reveal.ts';

/** A reviewer that keeps losing its memory is a reviewer that does not answer. */
const MOST_TRIES = 3;
/** What a review request can number. */
const MOST_ROUNDS = 16;

/** Numbers the rounds of one motion: no two votes of it, in whatever opening, share a number. */
export class Rounds {
  #last: number;

  /** `last`: the rounds there have been, where the motion is opened again after it was carried. */
  constructor(last = 0) {
    this.#last = last;
  }

  get last(): number {
    return this.#last;
  }

  next(): number | undefined {
    if (this.#last >= MOST_ROUNDS) return undefined;
    this.#last += 1;
    return this.#last;
  }
}

export interface Vote {
  readonly round: number;
  readonly debatable: boolean;
  readonly opinions: readonly Envelope[];
  readonly said: readonly Said[];
}

/** One vote by commit and reveal. Undefined when it could not be finished. */
export async function vote(
  durable: RunDurable,
  rounds: Rounds,
  input: { readonly motion: FrozenMotion; readonly phase: 'blind' | 'second'; readonly debate: Digest | null },
): Promise<Vote | undefined> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const round = rounds.next();
    if (round === undefined) return undefined;
    const committed = await durable.step('commit', { ...input, round });
    if (committed.kind === 'broken') continue;
    const revealed = await durable.step('reveal', { ...input, round, commitments: committed.commitments });
    if (revealed.kind === 'forgotten') continue;
    const { said, debatable } = revealed;
    return { round, debatable, said, opinions: said.map(({ opinion }) => opinion) };
  }
  return undefined;
}
