import type { Context } from '../context.ts';
import type { CarriedMotion } from '../motion.ts';
import { observeTarget } from '../target.ts';

export type Comparison = { readonly kind: 'as-approved' } | { readonly kind: 'drifted' };

/** Between verdict and execution: what was approved was approved for what then stood there (Invariant 4). */
export async function compareTarget(
  { ports, plans }: Context,
  run: string,
  { motion }: { readonly motion: CarriedMotion },
): Promise<Comparison> {
  const key = `attestation/target/${motion.digest}/${motion.opening}/after`;
  const plan = await plans.load(motion.digest);
  const seen = await observeTarget(ports, run, plan, motion.digest, { key, attempt: motion.opening * 2 + 1 });
  // A sandbox that is gone is built anew from nothing, by the same bytes.
  if (!seen || seen.digest === motion.state) return { kind: 'as-approved' };
  await ports.events.publish(run, `motion-reopen/${motion.digest}/${motion.opening}`, {
    type: 'motion-reopen',
    body: {
      motion: motion.digest,
      reason: 'drift',
      explanation: 'What stands where the plan writes is not what it was when the motion was put to the vote.',
    },
  });
  return { kind: 'drifted' };
}
