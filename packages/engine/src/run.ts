import type { RunDurable } from './actions.ts';
import { applyPlan } from './apply-plan.ts';
import { carryMotion } from './carry-motion.ts';
import { rejectedPlan, rejectedRequest, stoppedBefore } from './ending.ts';
import type { Ending } from './stages/settle.ts';

/**
 * The way of a run (docs: ARCHITECTURE.md):
 *
 *   request ─▶ plan ─▶ review ─▶ verdict ─▶ permit ─▶ execute ─▶ attest ─▶ settle
 *
 * Every arrow is an entry in the ledger before it takes effect (Invariant 9). Nothing here decides: agents propose and
 * judge, rules tally, the runner verifies. This function only says what comes after what, and survives any crash.
 */
export async function run(durable: RunDurable): Promise<Ending> {
  const requested = await durable.step('request', null);
  const settle = (ending: Ending): Promise<Ending> => durable.step('settle', ending);

  const proposal = await durable.step('plan', requested);
  if (proposal.kind === 'refused') return settle(rejectedRequest(proposal));

  const decision = await carryMotion(durable, proposal.motion); // review: blind opinions; verdict: by rule, or by people
  if (decision.kind === 'rejected') return settle(rejectedPlan(decision));
  if (decision.kind === 'cancelled') return settle(stoppedBefore());

  return settle(await applyPlan(durable, decision.motion)); // permit, execute, attest each step; heal or undo
}
