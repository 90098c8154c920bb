import { minus, nothing, plus, smaller, type Amount } from './amount.ts';

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
  /** The highest alert that was given for this level, in percent. */
  readonly alerted: AlertPercent | 0;
}

const thresholds = [100, 80, 50] as const;
export type AlertPercent = (typeof thresholds)[number];

export function spentOn({ use }: LevelState): Amount {
  return plus(use.work.spent, use.landing.spent);
}

export function reservedOn({ use }: LevelState): Amount {
  return plus(use.work.reserved, use.landing.reserved);
}

/** What a lane could still reserve. Negative where a new trust policy has put the cap below what was used before it. */
export function roomFor(lane: Lane, level: LevelState): Amount {
  return roomBeside(lane, level, reservedOn(level), level.use.work.reserved);
}

/** What a lane could reserve if every open reservation turned out to have cost nothing. */
export function mostRoomFor(lane: Lane, level: LevelState): Amount {
  return roomBeside(lane, level, nothing, nothing);
}

/** The alert that is due for what has been spent, counting the part that work may spend as a whole of its own. */
export function alertFor(level: LevelState): AlertPercent | 0 {
  const shares = (['tokens', 'microUsd'] as const).flatMap((unit) => [
    share(spentOn(level)[unit], level.cap[unit]),
    share(level.use.work.spent[unit], level.cap[unit] - level.landing[unit]),
  ]);
  return thresholds.find((threshold) => shares.some((percent) => percent >= threshold)) ?? 0;
}

function share(spent: number, limit: number): number {
  return spent === 0 ? 0 : (spent * 100) / limit;
}

function roomBeside(lane: Lane, level: LevelState, reserved: Amount, reservedByWork: Amount): Amount {
  const { cap, landing, use } = level;
  const whole = minus(minus(cap, spentOn(level)), reserved);
  if (lane === 'landing') return whole;
  return smaller(whole, minus(minus(minus(cap, landing), use.work.spent), reservedByWork));
}
