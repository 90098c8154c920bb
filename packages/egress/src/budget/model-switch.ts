import * as z from 'zod';
import type { Stop } from './budget-ledger.ts';
import type { Ask } from './ask.ts';

const rowSchema = z.union([
  z.object({ since: z.null() }).transform((): Stop | null => null),
  z.object({ reason: z.string(), person: z.string(), since: z.date() }),
]);

/** Rejects when the switch is missing: what cannot be read is not open (Invariant 6). */
export async function readSwitch(ask: Ask): Promise<Stop | null> {
  const [row] = await ask('select reason, person, since from duovir.model_switch');
  return rowSchema.parse(row);
}

/** A switch that is already off keeps the reason it was turned off for. */
export async function switchOff(ask: Ask, { reason, person, since }: Stop): Promise<void> {
  await ask(
    `with stopped as (
       update duovir.model_switch set reason = $1, person = $2, since = $3, resumed_by = null where since is null
     ) select pg_notify($4, $5)`,
    [reason, person, since, BUDGET_CHANNEL, 'switch'],
  );
}

/** Moments are told in milliseconds, and PostgreSQL has finer ones. */
export async function switchOn(ask: Ask, person: string, since: Date): Promise<void> {
  await ask(
    `with resumed as (
       update duovir.model_switch set reason = null, person = null, since = null, resumed_by = $1
       where date_trunc('milliseconds', since) = $2
     ) select pg_notify($3, $4)`,
    [person, since, BUDGET_CHANNEL, 'switch'],
  );
}

export const BUDGET_CHANNEL = 'duovir_budget';
