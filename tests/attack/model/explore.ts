import { hash } from 'node:crypto';
import fc from 'fast-check';
import { schedules } from './move.ts';
import type { Rules } from './runner.ts';
import { World } from './world.ts';

/** What came of playing schedules until one of them showed a fault, or all were played. */
export interface Exploration {
  readonly schedules: number;
  /** Different ones, over all schedules. */
  readonly states: number;
  /** Schedules in which something was executed at all. */
  readonly executing: number;
  /** Of the shortest schedule that was found to show one. */
  readonly fault: string | undefined;
}

export function explore(rules: Rules, numRuns: number): Exploration {
  const states = new Set<number>();
  let played = 0;
  let executing = 0;
  let fault: string | undefined;
  const outcome = fc.check(
    fc.property(schedules, (moves) => {
      const world = new World(rules);
      world.play(moves, (state) => states.add(hash('sha1', state, 'buffer').readUIntBE(0, 6)));
      played += 1;
      if (world.executions.length > 0) executing += 1;
      fault = world.faults[0] ?? fault;
      return world.faults.length === 0;
    }),
    { numRuns, endOnFailure: true },
  );
  return { schedules: played, states: states.size, executing, fault: outcome.failed ? fault : undefined };
}
