import { useEffect, useRef, type JSX, type ReactNode } from 'react';
import { addressOf, type Route } from '../route.ts';
import type { Session } from '../session/session.ts';
import { ConnectionNotice } from '../session/connection-notice.tsx';
import { StopEverything } from '../stop/stop-everything.tsx';
import { StopNotice } from '../stop/stop-notice.tsx';
import { useEmergency } from '../stop/use-emergency.ts';
import { Footer } from './footer.tsx';

const places = [
  ['runs', 'Runs'],
  ['approvals', 'Approvals'],
  ['models', 'Models'],
  ['why', 'Why'],
  ['passkeys', 'Passkeys'],
] as const;

/** What is around every page. A new page begins at its top, for the keyboard and for screen readers too. */
export function Frame({
  session,
  route,
  onSignOut,
  children,
}: {
  readonly session: Session;
  readonly route: Route;
  readonly onSignOut: () => void;
  readonly children: ReactNode;
}): JSX.Element {
  const emergency = useEmergency(session.client);
  const main = useRef<HTMLElement>(null);
  const place = JSON.stringify(route);
  const shown = useRef(place);
  useEffect(() => {
    if (shown.current === place) return;
    shown.current = place;
    scrollTo(0, 0);
    main.current?.focus();
  }, [place]);
  const current = route.kind === 'run' || route.kind === 'motion' ? 'runs' : route.kind;
  return (
    <>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header>
        <a href={addressOf({ kind: 'runs' })} className="mark">
          Duovir
        </a>
        <nav aria-label="Main">
          {places.map(([kind, name]) => (
            <a
              key={kind}
              href={addressOf(kind === 'why' ? { kind, question: undefined } : { kind })}
              aria-current={kind === current ? 'page' : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
        {!emergency.isStopped && <StopEverything client={session.client} onTurn={emergency.ask} />}
        <button type="button" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      <ConnectionNotice connection={session.connection} />
      <StopNotice client={session.client} emergency={emergency} />
      <main ref={main} tabIndex={-1}>
        {children}
      </main>
      <Footer client={session.client} />
    </>
  );
}
