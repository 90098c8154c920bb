import type { RunDurable } from './actions.ts';
import { carryMotion } from './carry-motion.ts';
import { look } from './look.ts';
import type { StepOutline } from './motion.ts';
import type { Diagnosed, StepFailure } from './stages/diagnose.ts';
import { undoStep } from './undo-work.ts';
import type { DoneStep, Work } from './work.ts';

export type Heal =
  | { readonly kind: 'again' }
  | { readonly kind: 'undo'; readonly reason: string; readonly explanation: string }
  | { readonly kind: 'sandbox-lost' }
  | { readonly kind: 'cancelled' };

/** More tries without a new observation are not diagnosis but hope. */
const MOST_RETRIES = 3;
const FIRST_PAUSE_MS = 500;

/** A step failed: retry what is transient, patch what a signature knows inside its envelope, else undo. Bounded. */
export async function healStep(durable: RunDurable, work: Work, step: StepOutline, failed: StepFailure): Promise<Heal> {
  const diagnosed = await durable.step('diagnose', { motion: work.motion.digest, failed });
  const { diagnosis } = diagnosed;
  const tries = (work.failures.get(step.id) ?? 0) + 1;
  work.failures.set(step.id, tries);
  if (tries > MOST_RETRIES)
    return giveUp('heal.exhausted', `Step ${step.id} failed ${tries} times: ${diagnosis.title}`);
  if (diagnosis.decision === 'retry') return retry(durable, work, step, tries);
  if (diagnosis.decision === 'patch') return patch(durable, work, step, failed, diagnosed);
  return giveUp(
    diagnosis.decision === 'ask-person' ? 'heal.needs-person' : 'heal.unknown-cause',
    `${diagnosis.title}: ${diagnosis.explanation}`,
  );
}

async function retry(durable: RunDurable, work: Work, step: StepOutline, tries: number): Promise<Heal> {
  const undone = await undoFailed(durable, work, step);
  if (undone) return undone;
  await durable.sleep(FIRST_PAUSE_MS * 2 ** (tries - 1));
  return { kind: 'again' };
}

async function patch(
  durable: RunDurable,
  work: Work,
  step: StepOutline,
  failed: StepFailure,
  diagnosed: Diagnosed,
): Promise<Heal> {
  const { diagnosis, failure, statement, salt } = diagnosed;
  const seen = await look(durable, work, {
    about: 'confirmation',
    step: step.id,
    attempt: failed.attempt,
    baseline: null,
    diagnosed: { diagnosis, statement, salt },
  });
  await durable.step('confirm', {
    failed,
    diagnosis,
    outcome: seen.outcome,
    observation: seen.observation,
    entry: seen.entry,
  });
  if (seen.sandboxGone) return { kind: 'sandbox-lost' };
  if (seen.outcome !== 'succeeded')
    return giveUp('heal.not-confirmed', `${diagnosis.title}: the confirm probe did not bear it out.`);
  const proposed = await durable.step('patch', {
    motion: work.motion,
    diagnosis,
    failure,
    observation: seen.observation,
    used: { envelopes: work.heals, ofStep: work.patches.get(step.id) ?? 0 },
    done: work.done.map((done) => ({ step: done.step, subject: done.subject })),
  });
  if (proposed.kind === 'none') return giveUp('heal.no-patch', proposed.reason);
  const decision = await carryMotion(durable, proposed.motion);
  if (decision.kind === 'cancelled') return { kind: 'cancelled' };
  if (decision.kind === 'rejected') return giveUp('heal.rejected', decision.explanation);
  const undone = await undoFailed(durable, work, step);
  if (undone) return undone;
  const lost = await undoChanged(durable, work, decision.motion.steps);
  if (lost) return lost;
  work.motion = decision.motion;
  work.heals.push(decision.motion.heal?.envelope ?? 'none');
  work.patches.set(step.id, (work.patches.get(step.id) ?? 0) + 1);
  return { kind: 'again' };
}

/** Undo before retry: the next attempt starts from the state the step had found. */
async function undoFailed(durable: RunDurable, work: Work, step: StepOutline): Promise<Heal | null> {
  if (!step.compensable) return null;
  return judge(step.id, await undoStep(durable, work, work.motion, step.id));
}

/** Steps already done that the patch makes stale are undone under their own motion, newest first, to be done again. */
async function undoChanged(durable: RunDurable, work: Work, next: readonly StepOutline[]): Promise<Heal | null> {
  for (const done of staleSteps(work, next).toReversed()) {
    const problem = done.compensable ? judge(done.step, await undoStep(durable, work, done.motion, done.step)) : null;
    if (problem) return problem;
    work.done = work.done.filter((other) => other !== done);
  }
  return null;
}

/** Stale is what has other bytes now, and whatever was built upon it. */
function staleSteps(work: Work, next: readonly StepOutline[]): DoneStep[] {
  const stale = new Set<string>();
  for (const done of work.done) {
    const now = next.find(({ id }) => id === done.step);
    if (now?.subject !== done.subject || now.needs.some((need) => stale.has(need))) stale.add(done.step);
  }
  return work.done.filter(({ step }) => stale.has(step));
}

function judge(step: string, undone: 'undone' | 'failed' | 'sandbox-lost'): Heal | null {
  if (undone === 'undone') return null;
  return undone === 'sandbox-lost'
    ? { kind: 'sandbox-lost' }
    : giveUp('undo.failed', `Step ${step} could not be undone before the next attempt.`);
}

function giveUp(reason: string, explanation: string): Heal {
  return { kind: 'undo', reason, explanation };
}
