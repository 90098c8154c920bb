import * as z from 'zod';
import { digestSchema } from './digest.ts';
import { envelopeSchema } from './envelope.ts';
import { nameSchema, timeSchema } from './name.ts';
import { trustPolicySchema } from './trust-policy.ts';

/** What is wrong with a trust policy, in one place of it. */
const trustFindingSchema = z.strictObject({
  id: z.string(),
  level: z.enum(['error', 'warning']),
  /** JSON pointer. */
  at: z.string(),
  sentence: z.string(),
  remedy: z.string(),
});

/** POST /v1/trust: the officer's envelope, as `duovir trust sign` writes it. */
export const trustApplyRequestSchema = z.strictObject({ envelope: envelopeSchema });

/** GET /v1/trust/{version}. `entry`: where the ledger says that it came in force; null for the first one. */
export const trustVersionSchema = z.strictObject({
  version: z.int(),
  digest: digestSchema,
  entry: z.int().nullable(),
  policy: trustPolicySchema,
  envelope: envelopeSchema,
});
export type TrustVersion = z.infer<typeof trustVersionSchema>;

/** GET /v1/trust: the one in force, and all that were, newest first. */
export const trustViewSchema = trustVersionSchema.extend({
  findings: z.array(trustFindingSchema),
  history: z.array(
    z.strictObject({ version: z.int(), digest: digestSchema, issuedAt: timeSchema, entry: z.int().nullable() }),
  ),
});
export type TrustView = z.infer<typeof trustViewSchema>;

/** Answer of POST /v1/trust. */
export const trustApplicationSchema = z.strictObject({
  version: z.int(),
  digest: digestSchema,
  entry: z.int().nullable(),
  changes: z.array(z.strictObject({ at: z.string(), change: z.enum(['added', 'removed', 'changed']) })),
  warnings: z.array(trustFindingSchema),
  /** Processes that do not fit the policy as they are. */
  restartNeeded: z.array(z.strictObject({ name: nameSchema, change: z.enum(['start', 'end', 'restart']) })),
});
export type TrustApplication = z.infer<typeof trustApplicationSchema>;
