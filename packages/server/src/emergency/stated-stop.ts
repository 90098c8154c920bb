import type { LedgerPort } from '@duovir/engine';
import type { StopOrder } from '@duovir/protocol';
import { appendOnce } from '../ledger/append-once.ts';
import type { Stop } from '../store/stops.ts';
import { LOG } from './parts.ts';

/** In the ledger, once. */
export async function stateStop(ledger: LedgerPort, stop: Stop): Promise<void> {
  await appendOnce(ledger, `stop/${stop.digest}`, LOG, stop.statement);
}

/** What the runner is told. */
export function orderOf({ statement, reason, salt, halt }: Stop): StopOrder {
  return { statement, reason, salt, halt };
}
