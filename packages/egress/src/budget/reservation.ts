import * as z from 'zod';
import { EgressError } from '../error.ts';
import type { Amount } from './amount.ts';
import type { Ask } from './ask.ts';
import type { BudgetAlert } from './budget-ledger.ts';
import type { Lane, LevelLimits } from './level.ts';
import { describeShortage, shortageSchema, type Shortage } from './shortage.ts';

/** What is asked of the budget for one call. */
export interface Claim {
  readonly call: string;
  /** Each once. */
  readonly levels: readonly LevelLimits[];
  readonly bound: Amount;
  readonly lane: Lane;
}

/** `crowded`: it fits once open reservations have cost less than their worst case. */
export type Attempt =
  | { readonly kind: 'reserved' }
  | { readonly kind: 'crowded'; readonly shortages: readonly Shortage[] };

export interface Settled {
  readonly charged: Amount;
  /** The call has cost more than its bound. */
  readonly exceeded: boolean;
  readonly alerts: readonly BudgetAlert[];
}

const shortages = z.tuple([shortageSchema], shortageSchema);
const reserveOutcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('reserved') }),
  z.strictObject({ kind: z.literal('repeated') }),
  z.strictObject({ kind: z.literal('stopped'), reason: z.string(), person: z.string() }),
  z.strictObject({ kind: z.literal('crowded'), shortages }),
  z.strictObject({ kind: z.literal('exhausted'), shortages }),
]);
const amountSchema = z.strictObject({ tokens: z.int(), microUsd: z.int() });
const settleOutcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unknown') }),
  z.strictObject({
    kind: z.literal('settled'),
    charged: amountSchema,
    exceeded: z.boolean(),
    alerts: z.array(
      z.strictObject({ level: z.string(), percent: z.literal([50, 80, 100]), spent: amountSchema, cap: amountSchema }),
    ),
  }),
]);

/** Throws `budget-exhausted`, `model-stopped` or `call-repeated`. */
export async function attemptReservation(ask: Ask, owner: number, claim: Claim, now: Date): Promise<Attempt> {
  const { call, levels, bound, lane } = claim;
  const [row] = await ask('select duovir.budget_reserve($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as outcome', [
    call,
    owner,
    lane,
    levels.map(({ id }) => id),
    levels.map(({ cap }) => cap.tokens),
    levels.map(({ cap }) => cap.microUsd),
    levels.map(({ landing }) => landing.tokens),
    levels.map(({ landing }) => landing.microUsd),
    bound.tokens,
    bound.microUsd,
    now,
  ]);
  const outcome = reserveOutcomeSchema.parse(row?.['outcome']);
  switch (outcome.kind) {
    case 'reserved':
    case 'crowded':
      return outcome;
    case 'repeated':
      throw new EgressError('call-repeated', `The call ${call} has been reserved before.`);
    case 'stopped':
      throw new EgressError(
        'model-stopped',
        `${outcome.person} has stopped all model calls: ${outcome.reason}. Nothing was sent.`,
      );
    case 'exhausted':
      throw new EgressError('budget-exhausted', `${describeShortage(outcome.shortages[0])}. Nothing was sent.`);
  }
}

/** Throws `reservation-unknown`. */
export async function settleReservation(
  ask: Ask,
  call: string,
  actual: Amount | undefined,
  now: Date,
): Promise<Settled> {
  const [row] = await ask('select duovir.budget_settle($1, $2, $3, $4) as outcome', [
    call,
    actual?.tokens ?? null,
    actual?.microUsd ?? null,
    now,
  ]);
  const outcome = settleOutcomeSchema.parse(row?.['outcome']);
  if (outcome.kind === 'unknown')
    throw new EgressError('reservation-unknown', `Nothing is reserved for the call ${call}.`);
  return outcome;
}
