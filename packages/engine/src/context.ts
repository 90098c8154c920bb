import type { PlanShelf } from './plan-shelf.ts';
import type { Ports } from './ports.ts';
import type { StageClock } from './stage-clock.ts';

/** What every action gets: the ports, the plans, and the clock that tells people about stages. */
export interface Context {
  readonly ports: Ports;
  readonly plans: PlanShelf;
  readonly stages: StageClock;
}
