import * as z from 'zod';
import type { Ask } from './ask.ts';

/** Open reservations whose owner no longer holds its lock: that process is dead, and what it spent is not known. */
export async function openCallsOfTheDead(ask: Ask, owner: number): Promise<readonly string[]> {
  const rows = await ask(
    `select call from duovir.budget_reservation as reservation
     where state = 'open' and owner <> $1 and not exists (
       select from pg_locks
       where locktype = 'advisory' and granted and objsubid = 1
         and database = (select oid from pg_database where datname = current_database())
         and (classid::bigint << 32) | objid::bigint = reservation.owner
     ) order by call`,
    [owner],
  );
  return z
    .array(z.object({ call: z.string() }))
    .parse(rows)
    .map(({ call }) => call);
}
