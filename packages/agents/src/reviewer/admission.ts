import { riskClassOf } from '@duovir/policy';
import type { TrustedPolicy } from '@duovir/principal';
import { planDigest, type ReviewRequest } from '@duovir/protocol';
import { AgentError } from '../error.ts';

/**
 * Refuses what is not the question it claims to be: another trust policy, other bytes than the digest says, evidence
 * of another run, a risk class the plan does not have, a blind vote that shows what others say. The server asks; it is not
 * believed.
 */
export function admitReview(request: ReviewRequest, trusted: TrustedPolicy): void {
  const { plan, evidence, motion, run, kind, phase, debate } = request;
  if (request.trustPolicy !== trusted.digest)
    throw new AgentError(
      'trust-policy-foreign',
      'The review is asked under another trust policy than the one pinned here.',
    );
  if (planDigest(plan) !== motion)
    throw new AgentError('motion-mismatch', 'The plan has other bytes than the digest of the motion.');
  if (plan.run !== run || evidence.request.run !== run)
    throw new AgentError('motion-mismatch', 'Plan, evidence and request are not of one run.');
  if ((kind === 'heal') !== (evidence.heal !== null))
    throw new AgentError('evidence-inconsistent', 'A heal comes with its diagnosis, and nothing else does.');
  if ((phase === 'second') !== (debate !== null))
    throw new AgentError(
      'debate-inconsistent',
      'A blind vote is shown no debate, and a second vote is about nothing else.',
    );
  const { riskClass } = riskClassOf(plan);
  if (riskClass !== evidence.riskClass)
    throw new AgentError('evidence-inconsistent', `The evidence says ${evidence.riskClass}, the plan is ${riskClass}.`);
}
