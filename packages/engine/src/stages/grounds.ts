import type { Grounds } from '@duovir/protocol';
import type { Context } from '../context.ts';
import type { CarriedMotion } from '../motion.ts';

/** Everything that proves to runner and attestor, who believe nobody, that the motion was carried (Invariant 1). */
export async function groundsOf({ ports, plans }: Context, run: string, motion: CarriedMotion): Promise<Grounds> {
  return {
    request: await ports.runs.accepted(run),
    intent: await ports.runs.intent(run),
    plan: await plans.load(motion.digest),
    planStatement: motion.statement,
    motion: motion.frozen,
    opinions: [...motion.opinions],
    approvals: [...motion.approvals],
    breakGlass: [...motion.breakGlass],
    verdict: motion.verdict,
  };
}
