import type { RunDurable } from './actions.ts';
import { decideAnew, look } from './look.ts';
import type { CarriedMotion, StepOutline } from './motion.ts';
import type { Executed } from './stages/execute.ts';
import { nextAttempt, type Attempt, type Work } from './work.ts';

/** Refusals after which a fresh permit is worth one more try: time passed, nothing else is wrong. */
const STALE = new Set(['permit-expired']);
const MOST_PERMITS = 100;
const LOOK_AGAIN_MS = 60_000;

/** Permit, execute, attest: one attempt at one step. */
export async function attemptStep(durable: RunDurable, work: Work, step: StepOutline): Promise<Attempt> {
  if (step.hasCheck && (await alreadySo(durable, work, step))) {
    const { motion } = work;
    const body = { step: step.id, reason: 'It is so already.' };
    await durable.step('notice', {
      key: `step-skip/${step.id}/${work.fence}/${motion.revision}`,
      event: { type: 'step-skip', body },
    });
    work.done.push({ step: step.id, subject: step.subject, motion, compensable: false });
    return { kind: 'succeeded' };
  }
  const attempt = nextAttempt(work, 'apply', step.id);
  const executed = await execute(durable, work, work.motion, step.id, 'apply', attempt);
  if (executed.kind === 'failed') {
    const { receipt, cause, exit, output } = executed.failed;
    return {
      kind: 'failed',
      failure: { step: step.id, attempt, evidence: receipt, cause, exit, output, observation: null },
    };
  }
  if (executed.kind !== 'succeeded') return executed;
  const attested = await look(durable, work, { about: 'step', step: step.id, attempt, baseline: null });
  if (attested.outcome === 'succeeded') {
    // It may have been carried anew on the way.
    const { motion } = work;
    work.done.push({ step: step.id, subject: step.subject, motion, compensable: step.compensable });
    return { kind: 'succeeded' };
  }
  if (attested.sandboxGone) return { kind: 'sandbox-lost' };
  return {
    kind: 'failed',
    failure: {
      step: step.id,
      attempt,
      evidence: attested.attestation,
      cause: 'not-attested',
      exit: null,
      output: null,
      observation: attested.observation,
    },
  };
}

async function alreadySo(durable: RunDurable, work: Work, step: StepOutline): Promise<boolean> {
  const attempt = nextAttempt(work, 'check', step.id);
  const seen = await look(durable, work, { about: 'control', step: step.id, attempt, baseline: null });
  return seen.outcome === 'succeeded';
}

/** Undoes one step under the motion that had allowed it. */
export async function compensateStep(
  durable: RunDurable,
  work: Work,
  motion: CarriedMotion,
  step: string,
): Promise<Executed> {
  const attempt = nextAttempt(work, 'compensate', step);
  return execute(durable, work, motion, step, 'compensate', attempt);
}

/** Refusals that mean: what was decided no longer holds, and has to be decided anew. */
const REOPEN = new Set(['trust-policy-stale', 'principal-revoked', 'break-glass-expired']);

async function execute(
  durable: RunDurable,
  work: Work,
  allowed: CarriedMotion,
  step: string,
  purpose: 'apply' | 'compensate',
  attempt: number,
): Promise<Executed> {
  const motion = work.again.get(allowed.digest) ?? allowed;
  const again = (): Promise<Executed> =>
    execute(durable, work, motion, step, purpose, nextAttempt(work, purpose, step));
  const permission = await durable.step('permit', { motion, step, purpose, attempt, fence: work.fence });
  if (permission.kind === 'stopped') {
    await untilLifted(durable, step);
    return again();
  }
  if (permission.kind !== 'permitted') return permission;
  const { permit, envelope, proof } = permission;
  const executed = await durable.step('execute', { motion, step, purpose, attempt, permit, envelope, proof });
  if (executed.kind !== 'refused' || attempt >= MOST_PERMITS) return executed;
  if (executed.code === 'stopped') {
    await untilLifted(durable, step);
    return again();
  }
  if (STALE.has(executed.code)) return again();
  if (!REOPEN.has(executed.code)) return executed;
  const decision = await decideAnew(durable, work, motion);
  if (decision.kind === 'cancelled') return decision;
  if (decision.kind === 'rejected') return { ...executed, explanation: decision.explanation };
  return again();
}

/** Whoever lifts the stop wakes the run; should that be lost, it looks again by itself. */
async function untilLifted(durable: RunDurable, step: string): Promise<void> {
  await durable.awake(stopTopic(durable.run), LOOK_AGAIN_MS);
  await durable.step('notice', { key: `stop-end/${step}`, event: { type: 'stop-end', body: { step } } });
}

export function stopTopic(run: string): string {
  return `stop/${run}`;
}
