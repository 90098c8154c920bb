import type { RunDurable } from './actions.ts';
import { compensateStep } from './attempt-step.ts';
import { look } from './look.ts';
import type { CarriedMotion, StepOutline } from './motion.ts';
import type { Ending } from './stages/settle.ts';
import type { Work } from './work.ts';

/** Why the work is undone and how the run ends when the undo is attested. */
export interface Cause {
  readonly outcome: 'undone' | 'cancelled' | 'failed';
  readonly reason: string;
  readonly explanation: string;
  /** The step that was under way: it may be half done and is undone first. */
  readonly failed?: StepOutline;
}

const TRIES = 3;
const PAUSE_MS = 500;

/** Compensations, newest first, each with its own permit; then the attestor compares with the baseline. */
export async function undoWork(durable: RunDurable, work: Work, cause: Cause): Promise<Ending> {
  const half = cause.failed?.compensable ? [{ step: cause.failed.id, motion: work.motion }] : [];
  const whole = work.done.toReversed().filter(({ compensable }) => compensable);
  const order = [...half, ...whole.map(({ step, motion }) => ({ step, motion }))];
  await durable.step('notice', {
    key: 'undo-start',
    event: { type: 'undo-start', body: { reason: cause.explanation, steps: order.map(({ step }) => step) } },
  });
  for (const { step, motion } of order) {
    const undone = await undoStep(durable, work, motion, step);
    if (undone === 'sandbox-lost') break; // every effect died with it
    if (undone === 'failed')
      return ending(work, {
        outcome: 'failed',
        reason: 'undo.failed',
        explanation: `Step ${step} could not be undone; the sandbox is taken down with the run. ${cause.explanation}`,
      });
  }
  return ending(work, await attestRestored(durable, work, cause));
}

export async function undoStep(
  durable: RunDurable,
  work: Work,
  motion: CarriedMotion,
  step: string,
): Promise<'undone' | 'failed' | 'sandbox-lost'> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const executed = await compensateStep(durable, work, motion, step);
    if (executed.kind === 'succeeded') return 'undone';
    if (executed.kind === 'sandbox-lost') return 'sandbox-lost';
    await durable.sleep(PAUSE_MS);
  }
  return 'failed';
}

async function attestRestored(durable: RunDurable, work: Work, cause: Cause): Promise<Cause> {
  if (work.baseline === null) return cause;
  const { baseline } = work;
  const restored = await look(durable, work, { about: 'restored', step: null, attempt: 1, baseline });
  if (restored.outcome === 'succeeded') return cause;
  const first = restored.differences[0] ?? 'it could not be compared';
  return {
    outcome: 'failed',
    reason: 'undo.not-restored',
    explanation: `The environment is not as it was before: ${first}. ${cause.explanation}`,
  };
}

function ending(work: Work, cause: Cause): Ending {
  return {
    outcome: cause.outcome,
    reason: cause.reason,
    explanation: cause.explanation,
    steps: work.done.length,
    heals: work.heals.length,
  };
}
