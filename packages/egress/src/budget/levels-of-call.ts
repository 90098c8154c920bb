import type { BudgetCaps } from '@duovir/protocol';
import type { Amount } from './amount.ts';
import type { LevelLimits } from './level.ts';

/** Whom a call is charged to. */
export interface CallPayers {
  readonly team: string;
  readonly agent: string;
  readonly run: string;
  /** Digest of the motion; null before there is one. */
  readonly motion: string | null;
}

/**
 * The levels of a call under the caps of the trust policy, days in UTC. Each keeps its own landing part: a day that other
 * runs have worked through must not leave this one without its undo.
 */
export function levelsOfCall(
  { team, agent, run, motion }: CallPayers,
  caps: BudgetCaps,
  now: Date,
): readonly LevelLimits[] {
  const day = now.toISOString().slice(0, 'yyyy-mm-dd'.length);
  const level = (id: string, cap: Amount): LevelLimits => ({ id, cap, landing: landingOf(cap, caps.landingPercent) });
  return [
    level(`day/${day}`, caps.day),
    level(`team/${team}/${day}`, caps.team),
    level(`agent/${agent}/${day}`, caps.agent),
    level(`run/${run}`, caps.run),
    ...(motion === null ? [] : [level(`motion/${motion}`, caps.motion)]),
  ];
}

function landingOf({ tokens, microUsd }: Amount, percent: number): Amount {
  return { tokens: Math.ceil((tokens * percent) / 100), microUsd: Math.ceil((microUsd * percent) / 100) };
}
