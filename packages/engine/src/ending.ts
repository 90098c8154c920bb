import type { Ending } from './stages/settle.ts';

export function rejectedRequest(refusal: { readonly reason: string; readonly explanation: string }): Ending {
  return {
    outcome: 'rejected',
    reason: `plan.${refusal.reason}`,
    explanation: refusal.explanation,
    steps: 0,
    heals: 0,
  };
}

export function unanswered(): Ending {
  return {
    outcome: 'rejected',
    reason: 'plan.no-clarification',
    explanation: "Nobody answered the planner's question in time.",
    steps: 0,
    heals: 0,
  };
}

export function notRead(explanation: string): Ending {
  return { outcome: 'rejected', reason: 'plan.not-read', explanation, steps: 0, heals: 0 };
}

/** The same plan again, or one that was rejected before: asking further would only cost (Invariant 8). */
export function inCircles(): Ending {
  return {
    outcome: 'rejected',
    reason: 'plan.no-progress',
    explanation: 'The planner proposed again what had been rejected already.',
    steps: 0,
    heals: 0,
  };
}

export function rejectedPlan(rejection: { readonly reason: string; readonly explanation: string }): Ending {
  return { outcome: 'rejected', reason: rejection.reason, explanation: rejection.explanation, steps: 0, heals: 0 };
}

export function stoppedBefore(): Ending {
  return {
    outcome: 'cancelled',
    reason: 'person.cancelled',
    explanation: 'A person stopped the run before anything was executed.',
    steps: 0,
    heals: 0,
  };
}

export function abandoned(error: unknown): Ending {
  const explanation = error instanceof Error ? error.message : 'unknown error';
  return { outcome: 'failed', reason: 'engine.error', explanation, steps: 0, heals: 0 };
}
