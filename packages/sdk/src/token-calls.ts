import {
  issuedTokenSchema,
  tokenViewSchema,
  type IssuedToken,
  type TokenRequest,
  type TokenView,
} from '@duovir/protocol';
import * as z from 'zod';
import type { Transport } from './transport.ts';

export interface TokenCalls {
  /** Newest first. */
  tokens(): Promise<TokenView[]>;
  /** The only answer that has the token itself. */
  issueToken(request: TokenRequest): Promise<IssuedToken>;
  revokeToken(token: string): Promise<TokenView>;
}

export function tokenCalls(transport: Transport): TokenCalls {
  return {
    tokens: async () =>
      (await transport.json({ path: '/v1/tokens' }, z.strictObject({ items: z.array(tokenViewSchema) }))).items,
    issueToken: (request) => transport.json({ path: '/v1/tokens', body: request }, issuedTokenSchema),
    revokeToken: (token) =>
      transport.json({ method: 'DELETE', path: `/v1/tokens/${encodeURIComponent(token)}` }, tokenViewSchema),
  };
}
