import type { Plan, RunEvent, StepView } from '@duovir/protocol';

interface Progress {
  readonly state: StepView['state'];
  readonly attempts: number;
}

/** How far each step of the plan is, told from what happened. */
export function stepViews(plan: Plan, events: readonly RunEvent[]): StepView[] {
  const progress = new Map<string, Progress>();
  for (const event of events) advance(progress, event);
  return plan.steps.map(({ id, title, call }) => ({
    id,
    title,
    action: call.action,
    ...(progress.get(id) ?? { state: 'planned', attempts: 0 }),
  }));
}

function advance(progress: Map<string, Progress>, event: RunEvent): void {
  const set = (step: string, state: StepView['state'], isNewAttempt = false): void => {
    const attempts = (progress.get(step)?.attempts ?? 0) + (isNewAttempt ? 1 : 0);
    progress.set(step, { state, attempts });
  };
  switch (event.type) {
    case 'step-start':
      return set(event.body.step, 'running', event.body.purpose === 'apply');
    case 'step-end':
      if (event.body.outcome === 'failed') return set(event.body.step, 'failed');
      return set(event.body.step, event.body.purpose === 'apply' ? 'succeeded' : 'undone');
    case 'step-skip':
      return set(event.body.step, 'skipped');
    case 'attestation-make':
      // What ran to its end and is then not seen to be true has failed.
      if (event.body.about === 'step' && event.body.step !== null && event.body.outcome !== 'succeeded')
        set(event.body.step, 'failed');
      return;
    case 'sandbox-lose':
      // Everything in it is gone and is done again.
      for (const [step, { attempts }] of progress) progress.set(step, { state: 'planned', attempts });
      return;
    default:
  }
}
