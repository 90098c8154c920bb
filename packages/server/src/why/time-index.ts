import type { PostgresLog } from '@duovir/ledger';
import { ServerError } from '../error.ts';

/** The last entry that was in the log then. `at`: a time, or already an index. */
export async function indexAt(log: PostgresLog, at: string): Promise<number> {
  if (/^\d{1,15}$/.test(at)) return Math.min(Number(at), log.status().size - 1);
  const time = Date.parse(at);
  if (Number.isNaN(time))
    throw new ServerError('request-invalid', 'There is no such time.', undefined, [
      { pointer: 'at', message: 'a time as in 2026-01-31T12:00:00Z, or the index of an entry' },
    ]);
  let [known, later] = [-1, log.status().size];
  while (later - known > 1) {
    const middle = Math.floor((known + later) / 2);
    if ((await log.entry(middle)).time.getTime() <= time) known = middle;
    else later = middle;
  }
  return known;
}
