import type { Ports } from './ports.ts';
import type { StageClock } from './stage-clock.ts';

/** What every action gets: the ports, and the clock that tells people about stages. */
export interface Context {
  readonly ports: Ports;
  readonly stages: StageClock;
}
