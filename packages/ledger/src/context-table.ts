import type { Pool } from 'pg';
import { ABOUT_THE_LOG, PASSING } from './entry-scope.ts';
import { NO_RUN } from './run-state.ts';

/** Entries that an excerpt from `first` up to, without, `size` begins behind. */
export interface ExcerptRange {
  readonly first: number;
  readonly size: number;
}

export interface ContextEntry {
  readonly index: number;
  readonly body: Buffer;
}

/** The runs of which something is said in an excerpt. */
export async function selectRunNames(pool: Pool, { first, size }: ExcerptRange): Promise<string[]> {
  const { rows } = await pool.query<{ run: string }>(
    'select distinct run from ledger_entry where idx >= $1 and idx < $2 and run <> $3 and kind <> all($4)',
    [first, size, NO_RUN, [...ABOUT_THE_LOG]],
  );
  return rows.map(({ run }) => run);
}

/** Of the entries from `from` up to, without, `first` the next few that these runs, or any run, rest on: what `scopeOf` says, in SQL. */
export async function selectContext(
  pool: Pool,
  { from, first, runs, limit }: { from: number; first: number; runs: readonly string[]; limit: number },
): Promise<ContextEntry[]> {
  const { rows } = await pool.query<{ idx: string; body: Buffer }>(
    `select idx, body from ledger_entry
     where idx >= $1 and idx < $2
       and case when run = $3 then kind <> all($4) else kind = any($5) or run = any($6) end
     order by idx limit $7`,
    [from, first, NO_RUN, [...PASSING], [...ABOUT_THE_LOG], runs, limit],
  );
  return rows.map(({ idx, body }) => ({ index: Number(idx), body }));
}
