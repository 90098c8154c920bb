import * as z from 'zod';
import {
  forgetSession,
  originOf,
  refuseForeignPage,
  rememberLogin,
  rememberSession,
  sessionSecret,
  takeLogin,
} from '../login/browser.ts';
import { jsonEndpoint, rawEndpoint, type Endpoint } from './endpoint.ts';
import type { Api } from './ports.ts';

const CALLBACK = '/v1/login/callback';

/** People log in with their browser at the issuer of the trust policy, and get a session. */
export function loginEndpoints(api: Api): Endpoint[] {
  return [
    rawEndpoint({
      method: 'get',
      path: '/v1/login',
      operation: 'beginLogin',
      summary: 'Sends the browser to the issuer that the trust policy names.',
      access: 'public',
      status: 303,
      media: 'text/plain',
      handle: async ({ context }) => {
        const { location, secret } = await api.login.begin(originOf(context) + CALLBACK);
        rememberLogin(context, secret);
        return context.redirect(location, 303);
      },
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/login/offer',
      operation: 'getLoginOffer',
      summary: 'The issuer that people log in at; null where they come with tokens only.',
      access: 'public',
      answer: 'LoginOffer',
      handle: async () => ({ issuer: api.trust.current().policy.login?.issuer ?? null }),
    }),
    rawEndpoint({
      method: 'get',
      path: CALLBACK,
      operation: 'finishLogin',
      summary: 'Where the issuer sends the browser back to: begins a session of eight hours.',
      access: 'public',
      // What else an issuer adds is its own affair; state, code and issuer are checked where they are used.
      query: z.looseObject({ state: z.string().max(512).optional(), code: z.string().max(4096).optional() }),
      status: 303,
      media: 'text/plain',
      handle: async ({ context }) => {
        const { search } = new URL(context.req.url);
        const secret = await api.login.finish(new URL(CALLBACK + search, originOf(context)), takeLogin(context));
        rememberSession(context, secret);
        return context.redirect('/', 303);
      },
    }),
    rawEndpoint({
      method: 'post',
      path: '/v1/logout',
      operation: 'logOut',
      summary: 'Ends the session of this browser, and its event streams.',
      access: 'public',
      status: 204,
      media: 'text/plain',
      handle: async ({ context }) => {
        refuseForeignPage(context);
        const secret = sessionSecret(context);
        const caller = secret === undefined ? undefined : await api.login.sessions.callerOf(secret);
        if (caller) {
          await api.login.sessions.end(caller.credential);
          api.gate.revoke(caller.credential);
          api.stream.endUnwelcome();
        }
        forgetSession(context);
        return context.body(null, 204);
      },
    }),
    jsonEndpoint({
      method: 'get',
      path: '/v1/session',
      operation: 'getSession',
      summary: 'Who you are here, and until when.',
      access: { action: 'read', resource: 'installation' },
      answer: 'Session',
      handle: async ({ reader: { caller } }) => ({
        person: caller.person,
        scopes: [...caller.scopes],
        expiresAt: caller.expiresAt.toISOString(),
      }),
    }),
  ];
}
