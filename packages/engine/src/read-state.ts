import type { Digest } from '@duovir/protocol';
import type { RunDurable } from './actions.ts';
import { attemptStep } from './attempt-step.ts';
import { carryMotion } from './carry-motion.ts';
import { notRead, rejectedPlan, stoppedBefore } from './ending.ts';
import { look } from './look.ts';
import type { Motion } from './motion.ts';
import type { Ending } from './stages/settle.ts';
import { newWork, nothingBegun, type Begun } from './work.ts';

export type Reading =
  | { readonly kind: 'read'; /** Document with what was seen. */ readonly state: Digest; readonly begun: Begun }
  | { readonly kind: 'none'; readonly ending: Ending };

/**
 * A planner may look before it plans, in a sandbox of its own and only by what changes nothing (R0). Looking is a
 * motion like any other: checked, permitted, executed by the runner and seen by the attestor.
 */
export async function readState(durable: RunDurable, proposed: Motion): Promise<Reading> {
  const decision = await carryMotion(durable, proposed);
  if (decision.kind === 'rejected') return { kind: 'none', ending: rejectedPlan(decision) };
  if (decision.kind === 'cancelled') return { kind: 'none', ending: stoppedBefore() };
  const { motion } = decision;
  if (motion.riskClass !== 'R0')
    return { kind: 'none', ending: notRead(`What the planner wanted to read is of class ${motion.riskClass}.`) };
  const work = newWork(motion, nothingBegun);
  for (const step of motion.steps) {
    const attempt = await attemptStep(durable, work, step);
    if (attempt.kind === 'cancelled') return { kind: 'none', ending: stoppedBefore() };
    if (attempt.kind !== 'succeeded')
      return { kind: 'none', ending: notRead(`Step ${step.id} of the reading did not succeed.`) };
  }
  const attempt = motion.revision;
  const seen = await look(durable, work, { about: 'reading', step: null, attempt, baseline: null });
  return { kind: 'read', state: seen.observation, begun: { fence: work.fence + 1, attempts: work.attempts } };
}
