import * as z from 'zod';
import { tokenIdSchema } from '@duovir/protocol';
import { ServerError } from '../error.ts';
import type { Reader } from '../access/reader.ts';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import type { Api } from './ports.ts';

/** Everybody looks after his own tokens, and administrators after all. */
export function tokenEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'post',
      path: '/v1/tokens',
      operation: 'issueToken',
      summary: 'Issue a token, for at most what the own credential is for. It is shown this once.',
      access: { action: 'read', resource: 'installation' },
      body: 'TokenRequest',
      answer: 'IssuedToken',
      status: 201,
      handle: async ({ body, person, reader }) => {
        if (body.person !== undefined && body.person !== person) {
          api.gate.demand(reader.caller, 'administer');
          api.gate.person(body.person);
        }
        // Whoever has stolen a token is not to keep it alive for ever; a login and an administrator can vouch for more.
        const mayOutlast = reader.caller.credential === 'login' || administers(api, reader);
        return api.tokens.issue(reader.caller, body, { mayOutlast });
      },
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/tokens',
      operation: 'listTokens',
      summary: 'The own tokens, newest first; all tokens for who administers. The tokens themselves are not kept.',
      access: { action: 'read', resource: 'installation' },
      answer: 'Tokens',
      handle: async ({ person, reader }) => ({
        items: [...(await api.tokens.list(administers(api, reader) ? undefined : person))],
      }),
    }),
    jsonEndpoint({
      method: 'delete',
      path: '/v1/tokens/{token}',
      operation: 'revokeToken',
      summary: 'Revoke a token: it opens nothing any more, and its event streams end.',
      access: { action: 'read', resource: 'installation' },
      parameters: z.strictObject({ token: tokenIdSchema }),
      answer: 'Token',
      handle: async ({ parameters: { token }, person, reader }) => {
        const known = await api.tokens.find(token);
        // Somebody else's token does not exist for who may not administer.
        if (known.person !== person && !administers(api, reader))
          throw new ServerError('token-unknown', `There is no token ${token}.`);
        const excess = known.scopes.filter((scope) => !reader.caller.scopes.includes(scope));
        if (excess.length > 0 && !administers(api, reader))
          throw new ServerError('scope-escalation', `Your own credential is not for ${excess.join(', ')}.`);
        await api.tokens.revoke(token, person);
        api.gate.revoke(token);
        api.stream.endUnwelcome();
        return api.tokens.find(token);
      },
    }),
  ];
}

function administers({ gate }: Api, { caller }: Reader): boolean {
  return gate.may(caller, 'administer');
}
