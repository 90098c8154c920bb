import { minus, plus, smaller, type Amount } from './amount.ts';

/** Verification and undo draw on the landing lane, everything else on the work lane. */
export type Lane = 'work' | 'landing';

/** One cap: of an organisation's, a team's or an agent's day, of a run or of a motion. */
export interface LevelLimits {
  readonly id: string;
  readonly cap: Amount;
  /** Part of the cap that the work lane never gets, so that a run can always come down safely. */
  readonly landing: Amount;
}

interface LaneUse {
  readonly spent: Amount;
  readonly reserved: Amount;
}

export interface LevelState extends LevelLimits {
  readonly use: Readonly<Record<Lane, LaneUse>>;
}

export function spentOn({ use }: LevelState): Amount {
  return plus(use.work.spent, use.landing.spent);
}

export function reservedOn({ use }: LevelState): Amount {
  return plus(use.work.reserved, use.landing.reserved);
}

/** What a lane could still reserve. */
export function roomFor(lane: Lane, level: LevelState): Amount {
  const { cap, landing, use } = level;
  const whole = minus(minus(cap, spentOn(level)), reservedOn(level));
  return lane === 'landing'
    ? whole
    : smaller(whole, minus(minus(minus(cap, landing), use.work.spent), use.work.reserved));
}
