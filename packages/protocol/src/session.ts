import * as z from 'zod';
import { nameSchema, timeSchema } from './name.ts';
import { tokenScopesSchema } from './token.ts';

/** GET /v1/session: as whom the server knows the caller, by token, login or session. */
export const sessionViewSchema = z.strictObject({
  person: nameSchema,
  scopes: tokenScopesSchema,
  expiresAt: timeSchema,
});
export type SessionView = z.infer<typeof sessionViewSchema>;

/** GET /v1/login/offer: the issuer people log in at, null where they come with tokens only. For whoever is not logged in yet. */
export const loginOfferSchema = z.strictObject({ issuer: z.string().nullable() });
export type LoginOffer = z.infer<typeof loginOfferSchema>;
