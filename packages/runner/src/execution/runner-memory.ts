import { KnownPlans } from '../permit/known-plans.ts';
import { UsedPermits } from '../permit/single-use.ts';
import { TrustAnchor } from '../permit/trust-anchor.ts';
import { VerifiedGrounds } from '../permit/verified-grounds.ts';
import { Stops } from '../stop/stops.ts';
import { Journal } from './journal.ts';
import { RunFences } from './run-fences.ts';
import type { RunnerFiles } from './runner-files.ts';

/** What a runner knows by itself. All but the grounds outlives the process. */
export interface RunnerMemory {
  readonly anchor: TrustAnchor;
  readonly grounds: VerifiedGrounds;
  readonly plans: KnownPlans;
  readonly used: UsedPermits;
  readonly journal: Journal;
  readonly fences: RunFences;
  readonly stops: Stops;
}

/** Throws when the trust policy is not one that the pinned officer key signed. */
export async function openMemory(files: RunnerFiles): Promise<RunnerMemory> {
  const anchor = new TrustAnchor(files);
  anchor.current();
  const plans = await KnownPlans.open(files.plans);
  return {
    anchor,
    grounds: new VerifiedGrounds(anchor, plans),
    plans,
    used: await UsedPermits.open(files.usedPermits),
    journal: await Journal.open(files.executions),
    fences: await RunFences.open(files.fences),
    stops: await Stops.open(files.stops),
  };
}
