import * as z from 'zod';
import { shredReasonSchema } from './audit-statement.ts';
import { digestSchema } from './digest.ts';
import { runIdSchema, timeSchema } from './name.ts';

/** GET /v1/blobs: what is sealed, without what is in it. */
export const blobViewSchema = z.strictObject({
  commitment: digestSchema,
  run: runIdSchema,
  /** What it is in its run: `request`, `plan`, `output`, `opinion/reviewer-security` … */
  role: z.string().max(128),
  /** Null once it is shredded. */
  bytes: z.int().min(0).nullable(),
  storedAt: timeSchema,
  /** The entry that commits to it. Null for what goes with the first blob of its run that is shredded. */
  entry: z.int().min(0).nullable(),
  /** The entry that had it destroyed. */
  shreddedBy: z.int().min(0).nullable(),
});
export type BlobView = z.infer<typeof blobViewSchema>;

/** POST /v1/blobs/shred */
export const shredRequestSchema = z.strictObject({
  commitments: z.array(digestSchema).min(1).max(256),
  reason: shredReasonSchema,
});
export type ShredRequest = z.infer<typeof shredRequestSchema>;

const place = { commitment: digestSchema, run: runIdSchema };

export const shreddingSchema = z.strictObject({
  shredded: z.array(z.strictObject({ ...place, entry: z.int().min(0) })),
  /** Blobs that hold the same bytes as one of these, and are still there. */
  copies: z.array(z.strictObject(place)),
});
export type Shredding = z.infer<typeof shreddingSchema>;
