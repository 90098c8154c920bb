import type { RunDurable } from './actions.ts';
import { attemptStep } from './attempt-step.ts';
import { isOwnershipError } from './durable/ownership.ts';
import { healStep } from './heal-step.ts';
import { look } from './look.ts';
import type { CarriedMotion, StepOutline } from './motion.ts';
import type { Ending } from './stages/settle.ts';
import { undoWork, type Cause } from './undo-work.ts';
import { newWork, type Begun, type Work } from './work.ts';

/** A sandbox that is lost again and again is not an accident. */
const MOST_GENERATIONS = 20;

/** Carries out a carried plan: every step to a settled state, or everything undone. */
export async function applyPlan(durable: RunDurable, motion: CarriedMotion, begun: Begun): Promise<Ending> {
  const work = newWork(motion, begun);
  try {
    const cause = await workThrough(durable, work);
    return cause === null ? succeeded(work) : await undoWork(durable, work, cause);
  } catch (error) {
    if (isOwnershipError(error)) throw error;
    const explanation = error instanceof Error ? error.message : 'unknown error';
    return undoWork(durable, work, { outcome: 'failed', reason: 'engine.error', explanation });
  }
}

/** Null when the goal is reached and attested, else why not. */
async function workThrough(durable: RunDurable, work: Work): Promise<Cause | null> {
  for (;;) {
    const step = nextStep(work);
    if (step === undefined) {
      const reached = await attestGoal(durable, work);
      if (reached !== 'sandbox-lost') return reached;
      if (!(await reopen(durable, work))) return sandboxKeepsDying();
      continue;
    }
    const attempt = await attemptStep(durable, work, step);
    switch (attempt.kind) {
      case 'succeeded': {
        const problem = step.action === 'sandbox.open@1' ? await controlGoal(durable, work) : null;
        if (problem) return problem;
        break;
      }
      case 'failed': {
        const heal = step.heals
          ? await healStep(durable, work, step, attempt.failure)
          : {
              kind: 'undo' as const,
              reason: 'step.failed',
              explanation: `Step ${step.id} failed and its plan says to undo.`,
            };
        if (heal.kind === 'undo')
          return { outcome: 'undone', reason: heal.reason, explanation: heal.explanation, failed: step };
        if (heal.kind === 'cancelled') return { ...cancelled(), failed: step };
        if (heal.kind === 'sandbox-lost' && !(await reopen(durable, work))) return sandboxKeepsDying();
        break;
      }
      case 'sandbox-lost':
        if (!(await reopen(durable, work))) return sandboxKeepsDying();
        break;
      case 'cancelled':
        return { ...cancelled(), failed: step };
      case 'refused':
        return {
          outcome: 'undone',
          reason: `runner.${attempt.code}`,
          explanation: `The runner refused: ${attempt.explanation}`,
          failed: step,
        };
    }
  }
}

/** The first step whose exact bytes have not been done: a patched step counts as not done (Invariant 4). */
function nextStep(work: Work): StepOutline | undefined {
  return work.motion.steps.find(
    ({ id, subject }) => !work.done.some((done) => done.step === id && done.subject === subject),
  );
}

/**
 * Right after the sandbox is open: the fingerprint of the environment to which an undo must lead back, and the goal's
 * probes, which must not succeed yet. A check that cannot fail proves nothing.
 */
async function controlGoal(durable: RunDurable, work: Work): Promise<Cause | null> {
  const common = { step: null, attempt: 1, baseline: null };
  const baseline = await look(durable, work, { ...common, about: 'baseline' });
  work.baseline = baseline.fingerprint;
  const control = await look(durable, work, { ...common, about: 'control' });
  if (control.outcome === 'succeeded')
    return {
      outcome: 'undone',
      reason: 'goal.already-true',
      explanation: 'The probes of the goal succeed before any work: they prove nothing.',
    };
  return null;
}

async function attestGoal(durable: RunDurable, work: Work): Promise<Cause | null | 'sandbox-lost'> {
  const attempt = work.motion.revision;
  const goal = await look(durable, work, { about: 'goal', step: null, attempt, baseline: null });
  if (goal.outcome === 'succeeded') return null;
  if (goal.sandboxGone) return 'sandbox-lost';
  return {
    outcome: 'undone',
    reason: 'goal.not-attested',
    explanation: 'All steps ended well, but the attestor did not see the goal reached.',
  };
}

/** The runner died and with it every effect: all work begins anew in the next generation of the sandbox. */
async function reopen(durable: RunDurable, work: Work): Promise<boolean> {
  await durable.step('notice', {
    key: `sandbox-lose/${work.fence}`,
    event: { type: 'sandbox-lose', body: { generation: work.fence } },
  });
  work.done = [];
  work.failures.clear();
  work.fence += 1;
  return work.fence <= MOST_GENERATIONS;
}

function succeeded(work: Work): Ending {
  return {
    outcome: 'succeeded',
    reason: work.heals.length > 0 ? 'goal.attested-after-heal' : 'goal.attested',
    explanation: 'The attestor saw the goal reached.',
    steps: work.done.length,
    heals: work.heals.length,
  };
}

function cancelled(): Cause {
  return { outcome: 'cancelled', reason: 'person.cancelled', explanation: 'A person stopped the run.' };
}

function sandboxKeepsDying(): Cause {
  return { outcome: 'failed', reason: 'sandbox.lost', explanation: 'The sandbox was lost again and again.' };
}
