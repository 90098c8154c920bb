import type { Digest, Envelope } from '@duovir/protocol';
import type { RunDurable } from './actions.ts';
import type { Decision, FrozenMotion, Motion } from './motion.ts';
import type { Tally } from './stages/verdict.ts';

/** A reviewer that keeps losing its memory is a reviewer that does not answer. */
const MOST_ROUNDS = 4;

/** Puts a motion to the vote: frozen bytes, checkers, blind opinions, verdict by rule, people where the rule says so. */
export async function carryMotion(durable: RunDurable, proposed: Motion): Promise<Decision> {
  const freeze = await durable.step('freeze', proposed);
  if (freeze.kind === 'denied')
    return { kind: 'rejected', reason: 'checks.denied', explanation: freeze.explanation, objections: [freeze.checks] };
  const round = await blindRound(durable, freeze.motion);
  if (!round)
    return {
      kind: 'rejected',
      reason: 'review.no-answer',
      explanation: 'The reviewers could not finish a blind round.',
      objections: [],
    };
  const tally = await decide(durable, freeze.motion, round.opinions);
  return tally.kind === 'rejected' ? { ...tally, objections: round.details } : tally;
}

interface BlindRound {
  readonly opinions: readonly Envelope[];
  readonly details: readonly Digest[];
}

async function blindRound(durable: RunDurable, motion: FrozenMotion): Promise<BlindRound | undefined> {
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const committed = await durable.step('commit', { motion, round });
    if (committed.kind === 'broken') continue;
    const commitments: Readonly<Record<string, Digest>> = committed.commitments;
    const revealed = await durable.step('reveal', { motion, round, commitments });
    if (revealed.kind === 'revealed') return revealed;
  }
  return undefined;
}

type Decided = Exclude<Tally, { readonly kind: 'referred' }>;

async function decide(durable: RunDurable, motion: FrozenMotion, opinions: readonly Envelope[]): Promise<Decided> {
  let until: string | null = null;
  for (;;) {
    const tally: Tally = await durable.step('tally', { motion, opinions, until });
    if (tally.kind !== 'referred') return tally;
    until = tally.until;
    await durable.awake(wakeTopic(motion.digest), tally.waitMs);
  }
}

/** Whoever adds an approval or stops the run wakes the workflow under this topic. */
export function wakeTopic(motion: Digest): string {
  return `motion/${motion}`;
}
