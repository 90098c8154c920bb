import { isIP } from 'node:net';
import type { Context, MiddlewareHandler, Next } from 'hono';
import type { TrustPort } from '@duovir/engine';
import { ServerError } from '../error.ts';
import type { ApiContext } from './endpoint.ts';
import type { Tokens } from './tokens.ts';

const headers: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

export async function hardenAnswer(context: Context, next: Next): Promise<void> {
  await next();
  // An event stream has sent its own headers already.
  if (context.env?.outgoing?.headersSent) return;
  for (const [name, value] of Object.entries(headers))
    // The console says itself what its page may load and how long its assets keep.
    if (!context.res.headers.has(name)) context.res.headers.set(name, value);
}

/**
 * A page in a browser may resolve its own name to this server; it cannot make the browser lie about that name. An
 * address in figures is no name, so nobody can have resolved it.
 */
export function guardHost(hosts: readonly string[]): MiddlewareHandler {
  const known = new Set(['localhost', ...hosts.map((host) => host.toLowerCase())]);
  return async (context, next) => {
    const host = (context.req.header('host') ?? '').toLowerCase().replace(/:\d{1,5}$/, '');
    if (!known.has(host) && isIP(host.replace(/^\[(.*)\]$/, '$1')) === 0)
      throw new ServerError('host-refused', 'This server does not go by that name.');
    await next();
  };
}

/** Who asks, by his token; the trust policy says whether he may. */
export function guardPerson(tokens: Tokens, trust: TrustPort): (context: ApiContext) => void {
  return (context) => {
    const [, token] = /^Bearer ([\x21-\x7e]{1,512})$/.exec(context.req.header('authorization') ?? '') ?? [];
    const person = token === undefined ? undefined : tokens.personOf(token);
    if (person === undefined) throw new ServerError('unauthenticated', 'There is no valid token with this request.');
    const isEnrolled = trust.current().policy.principals.some(({ name, role }) => role === 'person' && name === person);
    if (!isEnrolled) throw new ServerError('forbidden', `${person} is not a person of the trust policy.`);
    context.set('person', person);
  };
}
