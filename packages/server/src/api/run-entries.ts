import {
  digestOfBytes,
  keyIdOfEnvelope,
  parseEnvelope,
  peekStatement,
  type Digest,
  type EntryKind,
  type Envelope,
  type Statement,
} from '@duovir/protocol';
import type { PostgresLog } from '@duovir/ledger';

/** An entry of the ledger, read. Its signature was checked before it was appended; here it is only shown. */
export interface ReadEntry<Kind extends EntryKind = EntryKind> {
  readonly index: number;
  /** Who signed it, by the name in the key id. */
  readonly principal: string;
  readonly envelope: Envelope;
  /** Names it in other statements. */
  readonly digest: Digest;
  readonly statement: Statement<Kind>;
}

const PAGE = 1000;

/** What the ledger says about one run, of the given kinds, in order. */
export async function runEntries<Kind extends EntryKind>(
  log: PostgresLog,
  run: string,
  kinds: readonly Kind[],
): Promise<ReadEntry<Kind>[]> {
  const wanted: readonly string[] = kinds;
  const found: ReadEntry<Kind>[] = [];
  for (let from = 0; ;) {
    const page = await log.entries({ run, from, limit: PAGE });
    for (const entry of page) if (wanted.includes(entry.kind)) found.push(readEntry(entry) as ReadEntry<Kind>);
    if (page.length < PAGE) return found;
    from = (page.at(-1)?.index ?? from) + 1;
  }
}

export function readEntry(entry: { readonly index: number; readonly body: Uint8Array }): ReadEntry {
  const envelope = parseEnvelope(entry.body);
  return {
    index: entry.index,
    principal: keyIdOfEnvelope(envelope).split('/')[0] ?? '',
    envelope,
    digest: digestOfBytes(entry.body),
    statement: peekStatement(envelope),
  };
}
