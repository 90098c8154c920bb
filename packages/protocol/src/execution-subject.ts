import type { ActionCall } from './action.ts';
import { digestOf } from './canonical-json.ts';
import type { Digest } from './digest.ts';
import type { Compensation, EnvironmentName, Plan, Purpose, Setting, Target } from './plan.ts';
import type { Probe } from './probe.ts';

/**
 * Exactly what one permit allows (Invariant 4): rendered argv, files, names of the environment, secret references,
 * target, probes and compensation. It leaves out revision and salt so that an unchanged step stays settled when
 * another step of the plan is patched.
 */
export interface ExecutionSubject {
  readonly run: string;
  readonly step: string;
  readonly purpose: Purpose;
  readonly call: ActionCall;
  readonly target: Target;
  readonly environment: EnvironmentName;
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
  readonly verify: readonly Probe[];
  readonly compensate: Compensation;
  readonly settings: readonly Setting[];
}

/** Undefined when the plan has no such step, or the step has nothing to compensate. */
export function executionSubject(plan: Plan, stepId: string, purpose: Purpose): ExecutionSubject | undefined {
  const step = plan.steps.find((candidate) => candidate.id === stepId);
  if (!step) return undefined;
  if (purpose === 'compensate' && step.compensate.kind === 'none') return undefined;
  const call = purpose === 'compensate' && step.compensate.kind === 'action' ? step.compensate.call : step.call;
  return {
    run: plan.run,
    step: step.id,
    purpose,
    call,
    target: plan.target,
    environment: plan.environment,
    secrets: step.secrets,
    timeoutMs: step.timeoutMs,
    verify: purpose === 'apply' ? step.verify : [],
    compensate: step.compensate,
    settings: step.settings,
  };
}

export function executionDigest(plan: Plan, stepId: string, purpose: Purpose): Digest | undefined {
  const subject = executionSubject(plan, stepId, purpose);
  return subject && digestOf(subject);
}

export function planDigest(plan: Plan): Digest {
  return digestOf(plan);
}
