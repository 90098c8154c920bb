import { useCallback, useEffect, useState } from 'react';
import { openSession, type Session } from './session.ts';
import { forgetToken, keepToken, readToken } from './token.ts';

const REFUSED = 'The server does not accept you any more. Sign in again.';

export type Presence =
  /** Whether the browser comes with a session is not known yet. */
  | { readonly kind: 'asking' }
  | { readonly kind: 'absent'; readonly notice: string | undefined }
  | { readonly kind: 'present'; readonly session: Session };

interface Door {
  readonly presence: Presence;
  enter(token: string): void;
  leave(): void;
}

/** Who reads: with a token that this tab keeps, or with a session of the browser, which no script can read. */
export function useSession(): Door {
  const [presence, setPresence] = useState<Presence>(() => {
    const token = readToken();
    return token === null ? { kind: 'asking' } : { kind: 'present', session: openSession(token) };
  });
  useEffect(() => {
    if (presence.kind === 'asking') void findSession().then(setPresence);
  }, [presence.kind]);
  const absent = useCallback((notice: string | undefined): void => {
    forgetToken();
    setPresence({ kind: 'absent', notice });
  }, []);
  const session = presence.kind === 'present' ? presence.session : undefined;
  useEffect(
    () => session?.connection.subscribe(() => session.connection.state().kind === 'refused' && absent(REFUSED)),
    [session],
  );
  return {
    presence,
    enter: (token) => {
      keepToken(token);
      setPresence({ kind: 'present', session: openSession(token) });
    },
    leave: () => {
      // A session that cannot be ended now ends by itself within hours; the page lets go of it in any case.
      if (session && !session.hasToken)
        void session.client.logOut().then(
          () => absent(undefined),
          () => absent(undefined),
        );
      else absent(undefined);
    },
  };
}

async function findSession(): Promise<Presence> {
  const session = openSession(undefined);
  try {
    const { issuer } = await session.client.loginOffer();
    if (issuer === null) return { kind: 'absent', notice: undefined };
    await session.client.session();
    return { kind: 'present', session };
  } catch {
    // Nobody is logged in, or the server does not answer: signing in tells which.
    return { kind: 'absent', notice: undefined };
  }
}
