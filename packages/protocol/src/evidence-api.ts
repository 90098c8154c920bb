import * as z from 'zod';
import { evidenceScopeSchema } from './audit-statement.ts';
import { digestSchema } from './digest.ts';
import { envelopeSchema } from './envelope.ts';
import { timeSchema } from './name.ts';

const entry = z.int().min(0);

/** `policy`: it exists and is not shown. `missing`: whoever made the pack does not have it, or not any more. */
export const withheldSchema = z.enum(['policy', 'missing']);

/** What an entry of the ledger commits to: opened, or the reason why not. A line of `blobs/openings.jsonl`. */
export const blobOpeningSchema = z.union([
  z.strictObject({
    commitment: digestSchema,
    content: z.base64(),
    entry,
    /** 32 bytes. */
    salt: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  z.strictObject({ commitment: digestSchema, entry, withheld: withheldSchema }),
]);
export type BlobOpening = z.infer<typeof blobOpeningSchema>;

/** A line of the answer. The last one says how many there were before it: an answer that was cut off has none. */
export const openingLineSchema = z.union([blobOpeningSchema, z.strictObject({ openings: z.int().min(0) })]);

/** What is exported: the server states it in the ledger, and so signs the manifest. */
export const evidenceExportRequestSchema = z
  .strictObject({
    /** Digest of `MANIFEST.json`. */
    manifest: digestSchema,
    scope: evidenceScopeSchema,
    /** The period: `from` belongs to it, `to` does not. Null where it is open. */
    from: timeSchema.nullable(),
    to: timeSchema.nullable(),
    /** Entries under the checkpoint of the pack, and the first whose bytes it holds. */
    size: entry,
    first: entry.multipleOf(256),
  })
  .refine(({ from, to }) => from === null || to === null || from < to, { error: 'before `to`', path: ['from'] })
  .refine(({ first, size }) => first <= size, { error: 'at most `size`', path: ['first'] });
export type EvidenceExportRequest = z.infer<typeof evidenceExportRequestSchema>;

export const evidenceExportViewSchema = z.strictObject({
  entry,
  envelope: envelopeSchema,
  /** C2SP tlog-proof that the envelope is that entry. */
  proof: z.string().max(65_536),
});
export type EvidenceExportView = z.infer<typeof evidenceExportViewSchema>;
