import { actions, type RunDurable } from './actions.ts';
import { abandoned } from './ending.ts';
import type { Context } from './context.ts';
import { createDbosEngine } from './durable/dbos.ts';
import { isOwnershipError } from './durable/ownership.ts';
import type { DurableEngine } from './durable/port.ts';
import type { Ports } from './ports.ts';
import { PlanShelf } from './plan-shelf.ts';
import { run } from './run.ts';
import { SideNotes } from './side-notes.ts';
import { StageClock } from './stage-clock.ts';

/** Runs, on the durable engine: what was submitted goes on after every crash until it is settled. */
export function createEngine(ports: Ports, options: { readonly databaseUrl: string }): DurableEngine {
  const plans = new PlanShelf(ports.documents);
  const stages = new StageClock();
  return createDbosEngine<Context, typeof actions>({
    databaseUrl: options.databaseUrl,
    actions,
    workflow: settledRun,
    within: async (act) => {
      const notes = new SideNotes(ports);
      const result = await act({ ports: notes.ports, plans, stages });
      await notes.stored();
      return result;
    },
  });
}

/** A run that breaks off before its work began is settled all the same: nothing may be stuck. */
async function settledRun(durable: RunDurable): Promise<unknown> {
  try {
    return await run(durable);
  } catch (error) {
    if (isOwnershipError(error)) throw error;
    return durable.step('settle', abandoned(error));
  }
}
