import { loginOfferSchema, sessionViewSchema, type LoginOffer, type SessionView } from '@duovir/protocol';
import type { Transport } from './transport.ts';

/** Who one is to the server. */
export interface SessionCalls {
  session(): Promise<SessionView>;
  /** Needs no token. */
  loginOffer(): Promise<LoginOffer>;
  /** Ends the session of this browser. */
  logOut(): Promise<void>;
}

export function sessionCalls(transport: Transport): SessionCalls {
  return {
    session: () => transport.json({ path: '/v1/session' }, sessionViewSchema),
    loginOffer: () => transport.json({ path: '/v1/login/offer' }, loginOfferSchema),
    logOut: () => transport.done({ method: 'POST', path: '/v1/logout' }),
  };
}
