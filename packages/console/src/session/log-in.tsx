import type { JSX } from 'react';
import { useLoaded } from '../page/load.ts';
import { openSession } from './session.ts';

const once = (): undefined => undefined;

/** Where the trust policy names an issuer, people log in there; the server sends the browser to it. */
export function LogIn(): JSX.Element | null {
  const offer = useLoaded('offer', once, () => openSession(undefined).client.loginOffer());
  if (offer.kind !== 'loaded' || offer.value.issuer === null) return null;
  return (
    <p>
      <a className="button primary" href="/v1/login">
        Log in at {new URL(offer.value.issuer).host}
      </a>
    </p>
  );
}
