import type { Digest } from '@duovir/protocol';
import type { RunDurable } from './actions.ts';
import { debate } from './debate.ts';
import type { CarriedMotion, Decision, FrozenMotion, Motion } from './motion.ts';
import { Rounds, vote, type Vote } from './vote.ts';
import type { Tallied } from './stages/verdict.ts';

/** Who decides on what changes under the hands again and again decides on nothing. */
const MOST_OPENINGS = 3;

/**
 * Puts a motion to the vote: frozen bytes, checkers, blind opinions, a debate where they do not agree, verdict by rule, people
 * where the rule says so. What drifts before it is carried out is opened again.
 */
export function carryMotion(durable: RunDurable, proposed: Motion): Promise<Decision> {
  return decide(durable, proposed, 0, new Rounds());
}

/** Puts to the vote once more what was carried and holds no longer. A reviewer is bound to what it has said in each round. */
export function carryAgain(durable: RunDurable, carried: CarriedMotion): Promise<Decision> {
  return decide(durable, carried, carried.opening + 1, new Rounds(carried.rounds));
}

async function decide(durable: RunDurable, proposed: Motion, before: number, rounds: Rounds): Promise<Decision> {
  for (let opening = before; opening < before + MOST_OPENINGS; opening++) {
    const decision = await decideOnce(durable, { motion: proposed, opening }, rounds);
    if (decision.kind === 'stale') continue;
    if (decision.kind !== 'carried') return decision;
    const motion = { ...decision.motion, rounds: rounds.last };
    if (!(await hasDrifted(durable, motion))) return { kind: 'carried', motion };
  }
  return {
    kind: 'rejected',
    reason: 'motion.drifting',
    explanation: `The target or the trust policy changed ${MOST_OPENINGS} times before it could be carried out.`,
    objections: null,
  };
}

interface Opened {
  readonly motion: Motion;
  readonly opening: number;
}

async function decideOnce(
  durable: RunDurable,
  opened: Opened,
  rounds: Rounds,
): Promise<Exclude<Decision, { readonly kind: 'carried' }> | Exclude<Decided, { readonly kind: 'rejected' }>> {
  const freeze = await durable.step('freeze', opened);
  if (freeze.kind === 'denied') return objected('checks.denied', freeze.explanation, opened, [freeze.checks]);
  const { motion } = freeze;
  const blind = await vote(durable, rounds, { motion, phase: 'blind', debate: null });
  if (!blind) return objected('review.no-answer', 'The reviewers could not finish a blind vote.', opened, []);
  const debated = await debate(durable, motion, blind, rounds);
  if (debated.kind === 'withdrawn')
    return {
      kind: 'rejected',
      reason: 'review.withdrawn',
      explanation: 'Its proposer has taken it back to mend what was found.',
      objections: { motion: motion.digest, findings: findingsOf(blind), answers: debated.answers },
    };
  const tallied = await count(durable, motion, debated.opinions);
  if (tallied.kind !== 'rejected') return tallied;
  return {
    ...tallied,
    objections: { motion: motion.digest, findings: findingsOf(blind), answers: debated.answers },
  };
}

type Decided = Exclude<Tallied, { readonly kind: 'referred' }>;

async function count(durable: RunDurable, motion: FrozenMotion, opinions: Vote['opinions']): Promise<Decided> {
  let until: string | null = null;
  for (;;) {
    const tallied: Tallied = await durable.step('tally', { motion, opinions, until });
    if (tallied.kind !== 'referred') return tallied;
    until = tallied.until;
    await durable.awake(wakeTopic(motion.digest), tallied.waitMs);
  }
}

/** Between the freeze and now hours may have passed, and people may have worked on the same target. */
async function hasDrifted(durable: RunDurable, motion: CarriedMotion): Promise<boolean> {
  if (motion.state === null) return false;
  return (await durable.step('compare', { motion })).kind === 'drifted';
}

function findingsOf({ said }: Vote): Digest[] {
  return said.flatMap(({ detail }) => detail ?? []);
}

function objected(reason: string, explanation: string, { motion }: Opened, findings: readonly Digest[]): Decision {
  const objections = findings.length === 0 ? null : { motion: motion.digest, findings, answers: null };
  return { kind: 'rejected', reason, explanation, objections };
}

/** Whoever adds an approval or stops the run wakes the workflow under this topic. */
export function wakeTopic(motion: Digest): string {
  return `motion/${motion}`;
}
