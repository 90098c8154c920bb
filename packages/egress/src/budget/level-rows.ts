import * as z from 'zod';
import type { LevelState } from './level.ts';
import type { Ask } from './ask.ts';

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
  }));

export async function readLevels(ask: Ask, prefix: string): Promise<readonly LevelState[]> {
  const rows = await ask('select * from duovir.budget_level where starts_with(id, $1) order by id', [prefix]);
  return rows.map((row) => rowSchema.parse(row));
}
