import {
  EgressError,
  forecast,
  levelsOfCall,
  priceOf,
  roomFor,
  type Amount,
  type Forecast,
  type ForecastCall,
  type LevelState,
} from '@duovir/egress';
import { MAX_BODY_BYTES } from '@duovir/principal';
import type { Model, Role, TrustPolicy } from '@duovir/protocol';

/** What the engine and the gateway allow at most for one run. */
const REVISIONS = 2;
const READINGS = 1;
const QUESTIONS = 1;
const ATTEMPTS = 2;
const TRIES = 3;

/** What a run that a person of this team asks for could cost, before anything is asked. */
export function runForecast(policy: TrustPolicy, known: readonly LevelState[], team: string, now: Date): Forecast {
  const thinkers = policy.principals.flatMap(({ name, role, brain }) => {
    const model = brain?.kind === 'model' && policy.egress.models.find(({ alias }) => alias === brain.model);
    return model ? [{ name, role, model }] : [];
  });
  const calls = thinkers.flatMap(({ role, model }) => callsOf(role, model, policy, now));
  const levels = thinkers
    .flatMap(({ name }) => levelsOfCall({ team, agent: name, run: '', motion: null }, policy.budget, now))
    .filter(({ id }) => !id.startsWith('run/'));
  const rooms = levels.map((level) => {
    const state = known.find(({ id }) => id === level.id);
    return state ? roomFor('work', state) : less(level.cap, level.landing);
  });
  const { worstCase, left } = forecast(calls, policy.budget.run, rooms);
  // Whatever it asks, the cap of a run holds.
  const most = smaller(worstCase, policy.budget.run);
  return { worstCase: most, left, fits: most.tokens <= left.tokens && most.microUsd <= left.microUsd };
}

function callsOf(role: Role, model: Model, { heals }: TrustPolicy, now: Date): ForecastCall[] {
  const price = knownPrice(model, now);
  // Without a price no call is made.
  if (!price) return [];
  const call = { bodyBytes: MAX_BODY_BYTES, maxOutputTokens: model.maxOutputTokens, price };
  return Array.from({ length: questionsOf(role, heals.perRun) * ATTEMPTS * TRIES }, () => call);
}

function questionsOf(role: Role, healsPerRun: number): number {
  const plans = 1 + REVISIONS;
  switch (role) {
    case 'planner':
      return plans + READINGS + QUESTIONS;
    case 'reviewer':
      return plans + READINGS + healsPerRun;
    case 'healer':
      return healsPerRun;
    default:
      return 0;
  }
}

function knownPrice(model: Model, now: Date): ForecastCall['price'] | undefined {
  try {
    return priceOf(model, now);
  } catch (error) {
    if (error instanceof EgressError && (error.code === 'price-unknown' || error.code === 'price-outdated'))
      return undefined;
    throw error;
  }
}

function smaller(one: Amount, other: Amount): Amount {
  return { tokens: Math.min(one.tokens, other.tokens), microUsd: Math.min(one.microUsd, other.microUsd) };
}

function less(one: Amount, other: Amount): Amount {
  return { tokens: one.tokens - other.tokens, microUsd: one.microUsd - other.microUsd };
}
