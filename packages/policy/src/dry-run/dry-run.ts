import { executionDigest, type Digest, type Evidence, type Plan } from '@duovir/protocol';
import { riskReasonsOf } from '../risk/risk-class.ts';
import { effectsOf } from './effects.ts';

/** What the plan would do, step by step: the effects and what makes each step risky. */
export function dryRun(plan: Plan): Evidence['dryRun'] {
  return plan.steps.map((step) => ({
    step: step.id,
    // A step that is there has bytes to apply.
    subject: executionDigest(plan, step.id, 'apply') as Digest,
    effects: effectsOf(step),
    reasons: riskReasonsOf(plan, step),
  }));
}
