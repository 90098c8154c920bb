import * as z from 'zod';
import { accessActionSchema } from './access.ts';
import { nameSchema, timeSchema } from './name.ts';

/** Twenty letters of base 32, or `initial-` and the person whom `duovir init` gave the token. */
export const tokenIdSchema = z.string().regex(/^(?:[a-z2-7]{20}|initial-[a-z][a-z0-9-]{0,62})$/);

/** What a token may be used for; never more than the person may do. */
export const tokenScopesSchema = z
  .array(accessActionSchema)
  .min(1)
  .max(accessActionSchema.options.length)
  .refine((scopes) => new Set(scopes).size === scopes.length, 'every scope once');

/** POST /v1/tokens. Without `person` the token is for whoever asks. */
export const tokenRequestSchema = z.strictObject({
  person: nameSchema.optional(),
  scopes: tokenScopesSchema,
  /** At most 366 days from now. */
  expiresAt: timeSchema,
});
export type TokenRequest = z.infer<typeof tokenRequestSchema>;

/** GET /v1/tokens: everything but the token. */
export const tokenViewSchema = z.strictObject({
  id: tokenIdSchema,
  person: nameSchema,
  issuer: nameSchema,
  scopes: tokenScopesSchema,
  issuedAt: timeSchema,
  expiresAt: timeSchema,
  /** To the hour. */
  lastUsedAt: timeSchema.nullable(),
  revokedAt: timeSchema.nullable(),
});
export type TokenView = z.infer<typeof tokenViewSchema>;

/** The answer to POST /v1/tokens: the only time that the token itself is seen. */
export const issuedTokenSchema = tokenViewSchema.extend({ token: z.string() });
export type IssuedToken = z.infer<typeof issuedTokenSchema>;
