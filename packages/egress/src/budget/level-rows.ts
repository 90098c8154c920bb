import * as z from 'zod';
import type { Amount } from './amount.ts';
import type { Lane, LevelLimits, LevelState } from './level.ts';
import type { Ask } from './transactions.ts';

/** PostgreSQL hands out 64-bit numbers as text; amounts stay below 2^53. */
const count = z.coerce.number().pipe(z.int());

const rowSchema = z
  .object({
    id: z.string(),
    cap_tokens: count,
    cap_micro_usd: count,
    landing_tokens: count,
    landing_micro_usd: count,
    work_spent_tokens: count,
    work_spent_micro_usd: count,
    work_reserved_tokens: count,
    work_reserved_micro_usd: count,
    landing_spent_tokens: count,
    landing_spent_micro_usd: count,
    landing_reserved_tokens: count,
    landing_reserved_micro_usd: count,
    alerted: z.literal([0, 50, 80, 100]),
  })
  .transform((row): LevelState => ({
    id: row.id,
    cap: { tokens: row.cap_tokens, microUsd: row.cap_micro_usd },
    landing: { tokens: row.landing_tokens, microUsd: row.landing_micro_usd },
    use: {
      work: {
        spent: { tokens: row.work_spent_tokens, microUsd: row.work_spent_micro_usd },
        reserved: { tokens: row.work_reserved_tokens, microUsd: row.work_reserved_micro_usd },
      },
      landing: {
        spent: { tokens: row.landing_spent_tokens, microUsd: row.landing_spent_micro_usd },
        reserved: { tokens: row.landing_reserved_tokens, microUsd: row.landing_reserved_micro_usd },
      },
    },
    alerted: row.alerted,
  }));

/** Locks the levels in the order of their ids, as every transaction does: so no two wait for each other in a circle. */
export async function lockLevels(ask: Ask, ids: readonly string[]): Promise<readonly LevelState[]> {
  const rows = await ask('select * from duovir.budget_level where id = any($1) order by id for update', [ids]);
  return rows.map((row) => rowSchema.parse(row));
}

export async function readLevels(ask: Ask, prefix: string): Promise<readonly LevelState[]> {
  const rows = await ask('select * from duovir.budget_level where starts_with(id, $1) order by id', [prefix]);
  return rows.map((row) => rowSchema.parse(row));
}

export async function openLevels(ask: Ask, levels: readonly LevelLimits[]): Promise<void> {
  await ask(
    `insert into duovir.budget_level (id, cap_tokens, cap_micro_usd, landing_tokens, landing_micro_usd)
     select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) as level (id)
     order by id on conflict do nothing`,
    columnsOf(levels),
  );
}

export async function changeLimits(ask: Ask, levels: readonly LevelState[]): Promise<void> {
  await ask(
    `update duovir.budget_level as level
     set cap_tokens = wanted.cap_tokens, cap_micro_usd = wanted.cap_micro_usd,
       landing_tokens = wanted.landing_tokens, landing_micro_usd = wanted.landing_micro_usd, alerted = wanted.alerted
     from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[])
       as wanted (id, cap_tokens, cap_micro_usd, landing_tokens, landing_micro_usd, alerted)
     where level.id = wanted.id`,
    [...columnsOf(levels), levels.map(({ alerted }) => alerted)],
  );
}

/** Adds to what a lane has reserved and spent on each of the levels; either may be negative. */
export async function bookOn(
  ask: Ask,
  levels: readonly Pick<LevelState, 'id' | 'alerted'>[],
  lane: Lane,
  change: { readonly reserved: Amount; readonly spent: Amount },
): Promise<void> {
  const { reserved, spent } = change;
  await ask(booking[lane], [
    levels.map(({ id }) => id),
    levels.map(({ alerted }) => alerted),
    reserved.tokens,
    reserved.microUsd,
    spent.tokens,
    spent.microUsd,
  ]);
}

const booking: Readonly<Record<Lane, string>> = { work: bookingSql('work'), landing: bookingSql('landing') };

function bookingSql(lane: Lane): string {
  return `update duovir.budget_level as level
     set alerted = booked.alerted,
       ${lane}_reserved_tokens = ${lane}_reserved_tokens + $3::bigint,
       ${lane}_reserved_micro_usd = ${lane}_reserved_micro_usd + $4::bigint,
       ${lane}_spent_tokens = ${lane}_spent_tokens + $5::bigint,
       ${lane}_spent_micro_usd = ${lane}_spent_micro_usd + $6::bigint
     from unnest($1::text[], $2::smallint[]) as booked (id, alerted)
     where level.id = booked.id`;
}

function columnsOf(levels: readonly LevelLimits[]): readonly unknown[] {
  return [
    levels.map(({ id }) => id),
    levels.map(({ cap }) => cap.tokens),
    levels.map(({ cap }) => cap.microUsd),
    levels.map(({ landing }) => landing.tokens),
    levels.map(({ landing }) => landing.microUsd),
  ];
}
