import * as z from 'zod';
import { EgressError } from '../error.ts';
import { admit, describeShortage, type Shortage } from './admission.ts';
import { fits, isSame, minus, nothing, plus, smaller, type Amount } from './amount.ts';
import type { BudgetAlert } from './budget-ledger.ts';
import { bookOn, changeLimits, lockLevels } from './level-rows.ts';
import { alertFor, spentOn, type Lane, type LevelLimits, type LevelState } from './level.ts';
import { BUDGET_CHANNEL, readSwitch } from './model-switch.ts';
import type { Ask } from './transactions.ts';

/** What is asked of the budget for one call. */
export interface Claim {
  readonly call: string;
  /** In the order of their ids, each once. */
  readonly levels: readonly LevelLimits[];
  readonly bound: Amount;
  readonly lane: Lane;
}

type Reserved =
  | { readonly kind: 'reserved' }
  /** Some level has never been used; it must be opened before it can be locked. */
  | { readonly kind: 'unopened' }
  /** Somebody reserves the same call at this moment. */
  | { readonly kind: 'raced' }
  | { readonly kind: 'crowded'; readonly shortages: readonly Shortage[] };

const count = z.coerce.number().pipe(z.int());
const rowSchema = z.object({
  owner: count,
  lane: z.enum(['work', 'landing']),
  levels: z.array(z.string()),
  bound_tokens: count,
  bound_micro_usd: count,
  state: z.enum(['open', 'settled']),
  charged_tokens: count.nullable(),
  charged_micro_usd: count.nullable(),
  reported_tokens: count.nullable(),
  reported_micro_usd: count.nullable(),
});

/** The transaction that reserves: locks, checks and books on all levels, or changes nothing. */
export async function reserveIn(ask: Ask, owner: number, claim: Claim, now: Date): Promise<Reserved> {
  const { call, levels, bound, lane } = claim;
  const [known] = await ask('select * from duovir.budget_reservation where call = $1', [call]);
  // The answer to this very transaction was lost.
  if (known && isOpenOf(known, owner)) return { kind: 'reserved' };
  if (known) throw new EgressError('call-repeated', `The call ${call} has been reserved before.`);
  const locked = await lockLevels(
    ask,
    levels.map(({ id }) => id),
  );
  if (locked.length < levels.length) return { kind: 'unopened' };
  const stop = await readSwitch(ask);
  if (stop)
    throw new EgressError(
      'model-stopped',
      `${stop.person} has stopped all model calls: ${stop.reason}. Nothing was sent.`,
    );
  const limited = locked.map((level, index) => withLimits(level, levels[index] ?? level));
  const admission = admit(limited, bound, lane);
  if (admission.kind === 'exhausted')
    throw new EgressError('budget-exhausted', `${describeShortage(admission.shortage)}. Nothing was sent.`);
  if (admission.kind === 'crowded') return admission;
  const [inserted] = await ask(
    `insert into duovir.budget_reservation (call, owner, lane, levels, bound_tokens, bound_micro_usd, opened_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning call`,
    [call, owner, lane, levels.map(({ id }) => id), bound.tokens, bound.microUsd, now],
  );
  if (!inserted) return { kind: 'raced' };
  const changed = limited.filter((level, index) => level !== locked[index]);
  if (changed.length > 0) await changeLimits(ask, changed);
  await bookOn(ask, limited, lane, { reserved: bound, spent: nothing });
  return { kind: 'reserved' };
}

export interface Settled {
  readonly charged: Amount;
  /** The call has cost more than its bound. */
  readonly exceeded: boolean;
  readonly alerts: readonly BudgetAlert[];
}

/** The transaction that settles: once, whoever asks and however often. */
export async function settleIn(ask: Ask, call: string, actual: Amount | undefined, now: Date): Promise<Settled> {
  const [row] = await ask('select * from duovir.budget_reservation where call = $1 for update', [call]);
  if (!row) throw new EgressError('reservation-unknown', `Nothing is reserved for the call ${call}.`);
  const known = rowSchema.parse(row);
  const bound: Amount = { tokens: known.bound_tokens, microUsd: known.bound_micro_usd };
  if (known.state === 'settled') return settledBefore(known, bound);
  const exceeded = actual !== undefined && !fits(actual, bound);
  const charged = actual === undefined || exceeded ? bound : actual;
  const locked = await lockLevels(ask, known.levels);
  const booked = locked.map((level) => withSpent(level, known.lane, charged));
  await bookOn(ask, booked, known.lane, { reserved: minus(nothing, bound), spent: charged });
  await ask(
    `with settled as (
       update duovir.budget_reservation set state = 'settled', charged_tokens = $2, charged_micro_usd = $3,
         reported_tokens = $4, reported_micro_usd = $5, settled_at = $6
       where call = $1
     ) select pg_notify($7, 'room')`,
    [call, charged.tokens, charged.microUsd, actual?.tokens ?? null, actual?.microUsd ?? null, now, BUDGET_CHANNEL],
  );
  const alerts = booked.flatMap((level, index) => alertSince(locked[index]?.alerted ?? 0, level));
  return { charged, exceeded, alerts };
}

function settledBefore(known: z.infer<typeof rowSchema>, bound: Amount): Settled {
  const charged: Amount = {
    tokens: known.charged_tokens ?? bound.tokens,
    microUsd: known.charged_micro_usd ?? bound.microUsd,
  };
  const reported: Amount = { tokens: known.reported_tokens ?? 0, microUsd: known.reported_micro_usd ?? 0 };
  return { charged, exceeded: !fits(reported, bound), alerts: [] };
}

function isOpenOf(row: unknown, owner: number): boolean {
  const known = rowSchema.parse(row);
  return known.state === 'open' && known.owner === owner;
}

/**
 * The level under the limits of the trust policy now in force. Where work has already used more than it would now get,
 * the landing reserve becomes as large as is still possible.
 */
function withLimits(level: LevelState, { cap, landing }: LevelLimits): LevelState {
  const { spent, reserved } = level.use.work;
  const changed = { ...level, cap, landing: smaller(landing, minus(minus(cap, spent), reserved)) };
  if (isSame(changed.cap, level.cap) && isSame(changed.landing, level.landing)) return level;
  const alert = alertFor(changed);
  return { ...changed, alerted: alert < level.alerted ? alert : level.alerted };
}

function withSpent(level: LevelState, lane: Lane, charged: Amount): LevelState {
  const { spent, reserved } = level.use[lane];
  const use = { ...level.use, [lane]: { spent: plus(spent, charged), reserved } };
  const alert = alertFor({ ...level, use });
  return { ...level, use, alerted: alert > level.alerted ? alert : level.alerted };
}

function alertSince(before: number, level: LevelState): readonly BudgetAlert[] {
  if (level.alerted === 0 || level.alerted <= before) return [];
  return [{ level: level.id, percent: level.alerted, spent: spentOn(level), cap: level.cap }];
}
