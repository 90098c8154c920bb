import type { RunDurable } from './actions.ts';
import { agreeOnPlan } from './agree-on-plan.ts';
import { applyPlan } from './apply-plan.ts';
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

  const agreement = await agreeOnPlan(durable, requested); // plan; review: blind opinions; verdict: by rule, or by people
  if (agreement.kind === 'none') return settle(agreement.ending);

  return settle(await applyPlan(durable, agreement.motion, agreement.begun)); // permit, execute, attest each step; heal or undo
}
