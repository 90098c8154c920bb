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
