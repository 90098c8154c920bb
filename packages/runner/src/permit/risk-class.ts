import { riskClassOf } from '@duovir/policy';
import type { Plan, Predicate, QuorumRule, RiskClass, TrustPolicy } from '@duovir/protocol';
import { RunnerError } from '../error.ts';

/** The risk class the runner computes itself is the one that was voted on. */
export function assertRiskClass(plan: Plan, motion: Predicate<'motion'>, verdict: Predicate<'verdict'>): RiskClass {
  const { riskClass } = riskClassOf(plan);
  if (motion.riskClass !== riskClass || verdict.riskClass !== riskClass)
    throw new RunnerError(
      'risk-class-differs',
      `The plan is ${riskClass}; the motion says ${motion.riskClass}, the verdict ${verdict.riskClass}.`,
    );
  return riskClass;
}

/** How motions of the class are carried. Without a rule nobody may carry them, and R4 has none (Invariant 6). */
export function ruleOf(riskClass: RiskClass, policy: TrustPolicy): QuorumRule {
  const rule = riskClass === 'R4' ? undefined : policy.quorum[riskClass];
  if (!rule) throw new RunnerError('risk-class-forbidden', `The trust policy lets nobody carry ${riskClass}.`);
  return rule;
}
