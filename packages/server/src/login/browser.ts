import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { ServerError } from '../error.ts';
import { ATTEMPT_SECONDS } from './login-attempts.ts';
import { SESSION_SECONDS } from './sessions.ts';

const LOGIN = 'duovir-login';
const SESSION = 'duovir-session';
const LOGIN_PATH = '/v1/login';
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/;

/** Where this server is for the browser. Anywhere but on the loopback that is behind TLS, or cookies could be read on the way. */
export function originOf(context: Context): string {
  const host = (context.req.header('host') ?? '').toLowerCase();
  return `${LOOPBACK.test(host) ? 'http' : 'https'}://${host}`;
}

/** Lax: the browser comes back with it from the issuer's page. */
export function rememberLogin(context: Context, secret: string): void {
  setCookie(context, LOGIN, secret, {
    ...common(context),
    path: LOGIN_PATH,
    sameSite: 'Lax',
    maxAge: ATTEMPT_SECONDS,
  });
}

export function takeLogin(context: Context): string | undefined {
  const secret = getCookie(context, LOGIN);
  deleteCookie(context, LOGIN, { ...common(context), path: LOGIN_PATH });
  return secret;
}

/** Strict: no link, form or picture of another site is sent with it. */
export function rememberSession(context: Context, secret: string): void {
  setCookie(context, SESSION, secret, { ...common(context), path: '/', sameSite: 'Strict', maxAge: SESSION_SECONDS });
}

export function forgetSession(context: Context): void {
  deleteCookie(context, SESSION, { ...common(context), path: '/' });
}

export function sessionSecret(context: Context): string | undefined {
  const secret = getCookie(context, SESSION);
  return secret === undefined || !/^[\w-]{43}$/.test(secret) ? undefined : secret;
}

/**
 * A browser sends the cookie whoever has written the page. What changes something must say that it comes from a page of this
 * very server; saying nothing is not enough.
 */
export function refuseForeignPage(context: Context): void {
  if (context.req.method === 'GET' || context.req.method === 'HEAD') return;
  const site = context.req.header('sec-fetch-site');
  const origin = context.req.header('origin');
  const isOwn = site === undefined ? origin === originOf(context) : site === 'same-origin';
  if (!isOwn || (origin !== undefined && origin !== originOf(context)))
    throw new ServerError('page-foreign', 'This request comes from the page of another site.');
}

function common(context: Context): { httpOnly: true; secure: boolean } {
  return { httpOnly: true, secure: originOf(context).startsWith('https:') };
}
