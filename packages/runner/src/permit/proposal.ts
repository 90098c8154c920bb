import { planDigest, type Digest, type ExecuteRequest, type TrustPolicy } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { openSigned, type Signed } from './signed-statement.ts';

export interface Proposal {
  readonly motion: Signed<'motion'>;
  readonly plan: Signed<'plan'>;
  /** Digest of the plan: what the statement of the plan, the motion, the opinions and the verdict are all about. */
  readonly digest: Digest;
}

/** Exactly this plan was stated by a planner (by a healer, if it is a heal) and frozen as a motion by the server. */
export function openProposal(request: ExecuteRequest, policy: TrustPolicy): Proposal {
  const digest = planDigest(request.plan);
  const motion = openSigned(request.motion, 'motion', 'server', policy, 'motion-forged');
  const author = motion.statement.predicate.kind === 'heal' ? 'healer' : 'planner';
  const plan = openSigned(request.planStatement, 'plan', author, policy, 'plan-forged');
  if (plan.statement.subject !== digest || plan.statement.predicate.revision !== request.plan.revision)
    throw new RunnerError('plan-forged', `The plan sent is not the one that ${plan.signer.name} stated.`);
  if (motion.statement.subject !== digest || motion.statement.predicate.revision !== request.plan.revision)
    throw new RunnerError('motion-forged', 'The plan sent is not the one that was frozen as a motion.');
  return { motion, plan, digest };
}
