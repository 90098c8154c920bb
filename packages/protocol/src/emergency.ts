import * as z from 'zod';
import { digestSchema } from './digest.ts';
import { envelopeSchema } from './envelope.ts';
import { nameSchema, timeSchema } from './name.ts';
import { plainTextSchema } from './plain-text.ts';
import { breakGlassSchema } from './quorum-rule.ts';
import { riskClassSchema } from './trust-policy.ts';

/** Of a commitment: 32 random bytes, hex. */
const saltSchema = z.string().regex(/^[0-9a-f]{64}$/);
const reasonSchema = plainTextSchema(500).min(1);

/** POST /v1/stop. `signed`: the person's own statement; without it the server states who has stopped. */
export const stopRequestSchema = z.strictObject({
  reason: reasonSchema,
  /** Ends what is running as well; without it no step begins any more. */
  halt: z.boolean().default(false),
  signed: z.strictObject({ statement: envelopeSchema, salt: saltSchema }).optional(),
});
export type StopRequest = z.infer<typeof stopRequestSchema>;

/** POST /v1/stop of the runner, and what it holds until another person lifts it. */
export const stopOrderSchema = z.strictObject({
  statement: envelopeSchema,
  reason: reasonSchema,
  salt: saltSchema,
  halt: z.boolean(),
});
export type StopOrder = z.infer<typeof stopOrderSchema>;
/** GET /v1/stop of the runner. */
export const heldStopsSchema = z.strictObject({ stops: z.array(stopOrderSchema) });

/** POST /v1/stop/lift, of the server and of the runner: a `stop-lift` whose subject is the digest of the stop's statement. */
export const stopLiftRequestSchema = z.strictObject({ statement: envelopeSchema });

/** GET /v1/stop: what people have stopped and nobody has lifted. Nothing is executed while there is any. */
export const stopViewSchema = z.strictObject({
  stops: z.array(
    z.strictObject({
      digest: digestSchema,
      person: nameSchema,
      reason: z.string(),
      halt: z.boolean(),
      since: timeSchema,
      statement: envelopeSchema,
    }),
  ),
  /** `open`: it would execute, because it has not been told yet. */
  runner: z.enum(['stopped', 'open', 'unreachable']),
  /** In force now: what a stop or a lift has to name. */
  trustPolicy: digestSchema,
});
export type StopView = z.infer<typeof stopViewSchema>;

/**
 * POST /v1/break-glass: one of several statements that together open a grant. Which grant, until when and for which
 * classes the statement says; the reason is what it commits to.
 */
export const breakGlassRequestSchema = z.strictObject({
  reason: reasonSchema,
  salt: saltSchema,
  statement: envelopeSchema,
});
export type BreakGlassRequest = z.infer<typeof breakGlassRequestSchema>;
export const grantIdSchema = z.string().regex(/^grant-[a-z2-7]{20}$/);

/** `opened`: somebody else has to confirm it. `over`: its time has passed. */
const grantStateSchema = z.enum(['opened', 'in-force', 'ended', 'over']);

/** GET /v1/break-glass: newest first. */
export const breakGlassViewSchema = z.strictObject({
  /** What the trust policy allows; null where nobody may break the glass. */
  rule: breakGlassSchema.nullable(),
  trustPolicy: digestSchema,
  grants: z.array(
    z.strictObject({
      grant: grantIdSchema,
      state: grantStateSchema,
      classes: z.array(riskClassSchema),
      until: timeSchema,
      reason: z.string(),
      salt: saltSchema,
      people: z.array(z.strictObject({ person: nameSchema, time: timeSchema, entry: z.int() })),
      endedBy: nameSchema.nullable(),
    }),
  ),
});
export type BreakGlassView = z.infer<typeof breakGlassViewSchema>;
export type GrantView = BreakGlassView['grants'][number];
