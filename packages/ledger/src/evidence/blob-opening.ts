import {
  canonicalJson,
  commitTo,
  digestSchema,
  parseCanonicalJson,
  type Digest,
  type Statement,
} from '@duovir/protocol';
import * as z from 'zod';

export const OPENINGS_FILE = 'blobs/openings.jsonl';

const entry = z.int().min(0);

/** `policy`: it exists and is not shown. `missing`: whoever made the pack does not have it, or not any more. */
export const withheldSchema = z.enum(['policy', 'missing']);
export type Withheld = z.infer<typeof withheldSchema>;

/** What an entry commits to: opened, or the reason why not. */
export const openingSchema = z.union([
  z.strictObject({
    commitment: digestSchema,
    content: z.base64(),
    entry,
    /** 32 bytes. */
    salt: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  z.strictObject({ commitment: digestSchema, entry, withheld: withheldSchema }),
]);
export type Opening = z.infer<typeof openingSchema>;

export function openingLine(opening: Opening): string {
  return `${canonicalJson(opening)}\n`;
}

export function parseOpening(line: string): Opening {
  return openingSchema.parse(parseCanonicalJson(line));
}

/**
 * What an entry commits to of what is sealed. A reviewer's `commitment` is to its own opinion, which follows as an entry: there is
 * nothing behind it to be opened.
 */
export function commitmentOf({ kind, predicate }: Statement): Digest | undefined {
  return kind !== 'commitment' && 'commitment' in predicate ? predicate.commitment : undefined;
}

export function isOpen(opening: Opening): opening is Extract<Opening, { content: string }> {
  return 'content' in opening;
}

/** Whether what is shown is what was committed to. */
export function opens({ commitment, content, salt }: Extract<Opening, { content: string }>): boolean {
  return commitTo(salt, Buffer.from(content, 'base64')) === commitment;
}

/** By entry, then commitment; each once. */
export function isInOrder(previous: Opening | undefined, next: Opening): boolean {
  if (!previous || previous.entry < next.entry) return true;
  return previous.entry === next.entry && previous.commitment < next.commitment;
}
