import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { nameSchema, timeSchema, tokenIdSchema, tokenScopesSchema } from '@duovir/protocol';
import { ServerError } from '../error.ts';

const fileSchema = z.array(
  z.strictObject({
    id: tokenIdSchema,
    person: nameSchema,
    scopes: tokenScopesSchema,
    issuedAt: timeSchema,
    expiresAt: timeSchema,
    hash: z.string().regex(/^[0-9a-f]{64}$/),
  }),
);
export type InitialToken = z.infer<typeof fileSchema>[number];

/** The tokens with which people first come, as `duovir init` wrote them: hashes only. */
export function readInitialTokens(path: string): readonly InitialToken[] {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new ServerError('tokens-malformed', `${path} is not a list of tokens.`, cause);
  }
}
