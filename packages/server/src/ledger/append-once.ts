import { DuovirError, type Envelope } from '@duovir/protocol';
import type { LedgerPort } from '@duovir/engine';
import { ServerError } from '../error.ts';

export interface Stated {
  readonly index: number;
  readonly envelope: Envelope;
}

/** Appends a statement that can be made once: what was said first under a key stands, and is returned. */
export async function appendOnce(ledger: LedgerPort, key: string, run: string, envelope: Envelope): Promise<Stated> {
  try {
    const [index] = await ledger.append([{ key, run, envelope }]);
    if (index !== undefined) return { index, envelope };
  } catch (error) {
    if (!(error instanceof DuovirError) || error.code !== 'entry-conflict') throw error;
  }
  const first = await ledger.find(key);
  if (!first) throw new ServerError('entry-unfound', `The ledger neither takes nor has an entry ${key}.`);
  return first;
}
