import { peekStatement, planDigest, type Digest, type Grounds, type Predicate } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { openEnrolled, type Signed } from './signed-statement.ts';
import type { DecidingPolicy } from './trust-anchor.ts';

export interface Proposal {
  readonly motion: Signed<'motion'>;
  readonly plan: Signed<'plan'>;
  /** Digest of the plan: what the statement of the plan, the motion, the opinions and the verdict are all about. */
  readonly digest: Digest;
}

/** Under which trust policy the motion says it was decided; everything about it is then held to that one. */
export function claimedPolicy({ motion }: Grounds): Digest {
  try {
    const { kind, predicate } = peekStatement(motion);
    if (kind === 'motion') return (predicate as Predicate<'motion'>).trustPolicy;
  } catch (cause) {
    throw new RunnerError('motion-forged', 'The motion cannot be read.', { cause });
  }
  throw new RunnerError('motion-forged', 'What was sent as the motion is none.');
}

/** Exactly this plan was stated by a planner (by a healer, if it is a heal) and frozen as a motion by the server. */
export function openProposal(grounds: Grounds, deciding: DecidingPolicy): Proposal {
  const digest = planDigest(grounds.plan);
  const motion = openEnrolled(grounds.motion, 'motion', 'server', deciding, 'motion-forged');
  const author = motion.statement.predicate.kind === 'heal' ? 'healer' : 'planner';
  const plan = openEnrolled(grounds.planStatement, 'plan', author, deciding, 'plan-forged');
  if (plan.statement.subject !== digest || plan.statement.predicate.revision !== grounds.plan.revision)
    throw new RunnerError('plan-forged', `The plan sent is not the one that ${plan.signer.name} stated.`);
  if (motion.statement.subject !== digest || motion.statement.predicate.revision !== grounds.plan.revision)
    throw new RunnerError('motion-forged', 'The plan sent is not the one that was frozen as a motion.');
  return { motion, plan, digest };
}
