import {
  levelsOfCall,
  reservedOn,
  spentOn,
  type BudgetLedger,
  type LevelLimits,
  type LevelState,
} from '@duovir/egress';
import type { ClockPort, TrustPort } from '@duovir/engine';
import type { BudgetView } from '@duovir/protocol';
import { teamOf } from '../gateway/run-facts.ts';
import { runForecast } from './run-forecast.ts';

interface Sources {
  readonly budget: BudgetLedger;
  readonly trust: TrustPort;
  readonly clock: ClockPort;
}

type LevelView = BudgetView['levels'][number];

/** Today's levels, that of a run if one is named, and what one more run of this person could cost. */
export async function budgetView(
  { budget, trust, clock }: Sources,
  person: string,
  run: string | undefined,
): Promise<BudgetView> {
  const { policy } = trust.current();
  const now = clock.now();
  const day = now.toISOString().slice(0, 'yyyy-mm-dd'.length);
  // Not those of motions and other runs: there are ever more of them.
  const prefixes = [`day/${day}`, 'team/', 'agent/', ...(run === undefined ? [] : [`run/${run}`])];
  const [found, stop] = await Promise.all([
    Promise.all(prefixes.map((prefix) => budget.levels(prefix))),
    budget.stopped(),
  ]);
  const used = found.flat().filter(({ id }) => id.endsWith(`/${day}`) || id === `run/${run}`);
  const team = teamOf(trust, person);
  const limits = levelsOfCall({ team, agent: '', run: run ?? '', motion: null }, policy.budget, now);
  // Nobody has used these yet, and they are what somebody looks for first.
  const always = limits.filter(({ id }) => id.startsWith('day/') || (run !== undefined && id === `run/${run}`));
  const unused = always.filter(({ id }) => !used.some((level) => level.id === id)).map(unusedView);
  const levels = [...unused, ...used.map(levelView)].toSorted((one, other) => rank(one) - rank(other));
  return {
    levels: policy.egress.models.length === 0 ? used.map(levelView) : levels,
    forecast: runForecast(policy, used, team, now),
    stop: stop && { reason: stop.reason, person: stop.person, since: stop.since.toISOString() },
  };
}

/** From the widest to the narrowest. */
const order = ['day', 'team', 'agent', 'run'];
const rank = ({ id }: LevelView): number => order.indexOf(id.split('/')[0] ?? '');

function levelView(level: LevelState): LevelView {
  const { id, cap, landing } = level;
  return { id, cap, spent: spentOn(level), reserved: reservedOn(level), landing };
}

function unusedView({ id, cap, landing }: LevelLimits): LevelView {
  const nothing = { tokens: 0, microUsd: 0 };
  return { id, cap, spent: nothing, reserved: nothing, landing };
}
