import { isIP } from 'node:net';
import type { Context, MiddlewareHandler, Next } from 'hono';
import { ServerError } from '../error.ts';
import type { Caller, RecognisedCaller } from '../access/caller.ts';
import { refuseForeignPage, sessionSecret } from '../login/browser.ts';
import { pathParameters, type ApiContext, type Endpoint } from './endpoint.ts';
import type { Api } from './ports.ts';
import { runParameters } from './parameters.ts';

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

/** Who asks, and whether the access policies let him do this: every operation that is not public passes here first. */
export function guardAccess({ gate, tokens, login }: Api): (context: ApiContext, endpoint: Endpoint) => Promise<void> {
  return async (context, { access, parameters }) => {
    if (access === 'public') return;
    context.set('asked', access.action);
    const { caller, refusal } = await recognise(context, { tokens, login });
    context.set('caller', caller);
    if (refusal) throw refusal;
    if (access.resource === 'run') {
      const { run } = runParameters.parse(pathParameters(context, parameters));
      await gate.demandOnRun(caller, access.action, run);
    } else gate.demand(caller, access.action);
    context.set('reader', gate.reader(caller));
  };
}

type Known = Promise<RecognisedCaller | undefined>;

/** By a token of ours, by one of the issuer, or by the session of a browser. */
async function recognise(
  context: ApiContext,
  { tokens, login }: Pick<Api, 'tokens' | 'login'>,
): Promise<RecognisedCaller> {
  const authorization = context.req.header('authorization');
  const known = await (authorization === undefined
    ? knownBySession(context, login)
    : knownByToken(authorization, { tokens, login }));
  if (!known) throw new ServerError('unauthenticated', 'There is no valid token with this request.');
  return known;
}

async function knownByToken(authorization: string, { tokens, login }: Pick<Api, 'tokens' | 'login'>): Known {
  const [, token] = /^Bearer ([\x21-\x7e]{1,8192})$/.exec(authorization) ?? [];
  if (token === undefined) return undefined;
  return token.startsWith('duovir_') ? tokens.recognise(token) : welcome(await login.callerOf(token));
}

async function knownBySession(context: ApiContext, { sessions }: Api['login']): Known {
  const secret = sessionSecret(context);
  if (secret === undefined) return undefined;
  refuseForeignPage(context);
  return welcome(await sessions.callerOf(secret));
}

function welcome(caller: Caller | undefined): RecognisedCaller | undefined {
  return caller && { caller, refusal: undefined };
}
