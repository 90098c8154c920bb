import { canonicalJson } from '@duovir/protocol';
import type { PackedEntry } from './packed-entry.ts';

export const INDEX_FILE = 'index.jsonl';

/** What `index.jsonl` has about an entry: enough to find it, and nothing that is not in it. */
export function indexLine({ index, principal, statement }: PackedEntry): string {
  const { kind, run, subject, time } = statement;
  return `${canonicalJson({ index, kind, principal, run, subject, time })}\n`;
}
