import {
  blobOpeningSchema,
  canonicalJson,
  commitTo,
  parseCanonicalJson,
  type BlobOpening,
  type Digest,
  type Statement,
} from '@duovir/protocol';

export const OPENINGS_FILE = 'blobs/openings.jsonl';

export function openingLine(opening: BlobOpening): string {
  return `${canonicalJson(opening)}\n`;
}

export function parseOpening(line: string): BlobOpening {
  return blobOpeningSchema.parse(parseCanonicalJson(line));
}

/**
 * What an entry commits to of what is sealed. A reviewer's `commitment` is to its own opinion, which follows as an entry: there is
 * nothing behind it to be opened.
 */
export function commitmentOf({ kind, predicate }: Statement): Digest | undefined {
  return kind !== 'commitment' && 'commitment' in predicate ? predicate.commitment : undefined;
}

export function isOpen(opening: BlobOpening): opening is Extract<BlobOpening, { content: string }> {
  return 'content' in opening;
}

/** Whether what is shown is what was committed to. */
export function opens({ commitment, content, salt }: Extract<BlobOpening, { content: string }>): boolean {
  return commitTo(salt, Buffer.from(content, 'base64')) === commitment;
}

/** By entry, then commitment; each once. */
export function isInOrder(previous: BlobOpening | undefined, next: BlobOpening): boolean {
  if (!previous || previous.entry < next.entry) return true;
  return previous.entry === next.entry && previous.commitment < next.commitment;
}
