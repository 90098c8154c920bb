import type { RunDurable } from './actions.ts';
import { carryAgain } from './carry-motion.ts';
import { EngineError } from './error.ts';
import type { CarriedMotion, Decision } from './motion.ts';
import type { Attested, AttestInput } from './stages/attest.ts';
import type { Work } from './work.ts';

/** The attestor's look at what is being worked on. A plan that it no longer takes for carried is put to the vote again first. */
export async function look(
  durable: RunDurable,
  work: Work,
  what: Omit<AttestInput, 'motion' | 'fence'>,
): Promise<Attested> {
  for (;;) {
    const { motion, fence } = work;
    const seen = await durable.step('attest', { ...what, motion, fence });
    if (seen.kind !== 'stale') return seen;
    const decision = await decideAnew(durable, work, motion);
    if (decision.kind !== 'carried')
      throw new EngineError(
        'principal-not-enrolled',
        decision.kind === 'cancelled'
          ? 'A person stopped the run while it was decided anew.'
          : `What had been decided holds no longer, and was not carried again: ${decision.explanation}`,
      );
  }
}

/** What runner or attestor take for stale, once more: all that is still to be done or undone by it rests on the new decision. */
export async function decideAnew(durable: RunDurable, work: Work, motion: CarriedMotion): Promise<Decision> {
  const decision = await carryAgain(durable, motion);
  if (decision.kind !== 'carried') return decision;
  work.again.set(motion.digest, decision.motion);
  if (work.motion.digest === motion.digest) work.motion = decision.motion;
  return decision;
}
