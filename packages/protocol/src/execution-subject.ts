import type { ActionCall } from './action.ts';
import { digestOf } from './digest-of.ts';
import type { Digest } from './digest.ts';
import type { Compensation, EnvironmentName, Plan, Purpose, Setting, Target } from './plan.ts';
import type { BoundPlaceholder } from './placeholder.ts';
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
  /** Bindings of the placeholders that occur in this step; absent where there are none. */
  readonly placeholders?: readonly BoundPlaceholder[];
}

/** Undefined when the plan has no such step, or the step has nothing to compensate. */
export function executionSubject(plan: Plan, stepId: string, purpose: Purpose): ExecutionSubject | undefined {
  const step = plan.steps.find((candidate) => candidate.id === stepId);
  if (!step) return undefined;
  if (purpose === 'compensate' && step.compensate.kind === 'none') return undefined;
  const call = purpose === 'compensate' && step.compensate.kind === 'action' ? step.compensate.call : step.call;
  const subject: ExecutionSubject = {
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
  const placeholders = placeholdersIn(plan, subject);
  return placeholders.length > 0 ? { ...subject, placeholders } : subject;
}

/** Only those of this step: a heal that adds one elsewhere leaves a settled step settled. */
function placeholdersIn({ placeholders = [] }: Plan, subject: ExecutionSubject): readonly BoundPlaceholder[] {
  if (placeholders.length === 0) return [];
  const text = JSON.stringify(subject);
  return placeholders.filter(({ placeholder }) => text.includes(placeholder));
}

export function executionDigest(plan: Plan, stepId: string, purpose: Purpose): Digest | undefined {
  const subject = executionSubject(plan, stepId, purpose);
  return subject && digestOf(subject);
}

export function planDigest(plan: Plan): Digest {
  return digestOf(plan);
}
