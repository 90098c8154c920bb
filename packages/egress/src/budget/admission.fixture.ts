import { fits, minus, smaller, type Amount } from './amount.ts';
import { roomFor, spentOn, type Lane, type LevelState } from './level.ts';
import type { Shortage } from './shortage.ts';

type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'crowded'; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'exhausted' };

/** Whether the worst case of a call fits into all its levels: the rule of Invariant 8, written a second time. */
export function admit(levels: readonly LevelState[], bound: Amount, lane: Lane): Admission {
  if (levels.some((level) => !fits(bound, mostRoomFor(lane, level)))) return { kind: 'exhausted' };
  const shortages = levels.flatMap((level) => shortagesOf(level.id, bound, roomFor(lane, level)));
  return shortages.length === 0 ? { kind: 'admitted' } : { kind: 'crowded', shortages };
}

/** What a lane could reserve if every open reservation turned out to have cost nothing. */
function mostRoomFor(lane: Lane, level: LevelState): Amount {
  const { cap, landing, use } = level;
  const whole = minus(cap, spentOn(level));
  return lane === 'landing' ? whole : smaller(whole, minus(minus(cap, landing), use.work.spent));
}

function shortagesOf(level: string, bound: Amount, room: Amount): readonly Shortage[] {
  return (['tokens', 'microUsd'] as const)
    .filter((unit) => bound[unit] > room[unit])
    .map((unit) => ({ level, unit, needed: bound[unit], left: room[unit] }));
}
