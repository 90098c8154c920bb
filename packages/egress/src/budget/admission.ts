import { fits, type Amount } from './amount.ts';
import { mostRoomFor, roomFor, type Lane, type LevelState } from './level.ts';

/** What one level lacks for a call. */
export interface Shortage {
  readonly level: string;
  readonly unit: keyof Amount;
  readonly needed: number;
  readonly left: number;
}

export type Admission =
  | { readonly kind: 'admitted' }
  /** It fits once open reservations have cost less than their worst case. */
  | { readonly kind: 'crowded'; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'exhausted'; readonly shortage: Shortage };

/** Whether the worst case of a call fits into all its levels (Invariant 8). */
export function admit(levels: readonly LevelState[], bound: Amount, lane: Lane): Admission {
  const [hopeless] = levels.flatMap((level) => shortageOf(level.id, bound, mostRoomFor(lane, level)));
  if (hopeless) return { kind: 'exhausted', shortage: hopeless };
  const shortages = levels.flatMap((level) => shortageOf(level.id, bound, roomFor(lane, level)));
  return shortages.length === 0 ? { kind: 'admitted' } : { kind: 'crowded', shortages };
}

export function describeShortage({ level, unit, needed, left }: Shortage): string {
  const quantity = (value: number): string =>
    unit === 'tokens' ? `${value} tokens` : `${(value / 1_000_000).toFixed(6)} USD`;
  return `${level} has ${quantity(Math.max(0, left))} left, and the worst case of this call is ${quantity(needed)}`;
}

function shortageOf(level: string, bound: Amount, room: Amount): readonly Shortage[] {
  if (fits(bound, room)) return [];
  const unit = bound.tokens > room.tokens ? 'tokens' : 'microUsd';
  return [{ level, unit, needed: bound[unit], left: room[unit] }];
}
