import type { PasskeyView } from '@duovir/protocol';
import type { Client } from '@duovir/sdk';
import { useState, type JSX } from 'react';
import { Awaited } from '../page/awaited.tsx';
import { useLoaded } from '../page/load.ts';
import { placeOfPage } from './authenticator.ts';
import { RegisterPasskey } from './register-passkey.tsx';
import { isOfPage, signingOf } from './signing.ts';
import { MissingPasskey } from './missing-passkey.tsx';

const REFRESH_MS = 5_000;

/** The reader's own passkeys: which of them sign, and how the others come to. */
export function PasskeyPage({ client }: { readonly client: Client }): JSX.Element {
  const [turns, setTurns] = useState(0);
  const own = useLoaded(
    String(turns),
    () => REFRESH_MS,
    () => client.passkeys(),
  );
  return (
    <>
      <title>Passkeys · Duovir</title>
      <h1>Passkeys</h1>
      <p className="quiet">
        With a passkey you sign requests and approvals on this page. The key stays in your device, which asks for your
        PIN, finger or face each time.
      </p>
      <Awaited of={own}>
        {(view) => {
          const signing = signingOf(view, placeOfPage());
          return (
            <>
              {view.passkeys.length === 0 && <p>You have no passkey yet.</p>}
              {view.passkeys.map((passkey) => (
                <Passkey key={passkey.id} passkey={passkey} />
              ))}
              {signing.kind === 'impossible' ? (
                <MissingPasskey signing={signing} />
              ) : (
                <RegisterPasskey client={client} onTurn={() => setTurns(turns + 1)} />
              )}
            </>
          );
        }}
      </Awaited>
    </>
  );
}

function Passkey({ passkey }: { readonly passkey: PasskeyView }): JSX.Element {
  const { relyingParty, state, keyId } = passkey;
  return (
    <section className={`box ${state === 'enrolled' ? 'good' : 'warn'}`} aria-label={`Passkey ${keyId}`}>
      <h2>
        <code>{keyId}</code>
      </h2>
      <p>
        {state === 'enrolled' ? 'Enrolled: it signs' : 'Proposed: it signs nothing yet'}
        {isOfPage(passkey, placeOfPage()) ? ' on this page' : ` on pages of ${relyingParty}`}.
      </p>
      {passkey.state === 'proposed' && (
        <>
          <p>
            Give these lines to the security officer, and say the key id above in person or by telephone. They belong to
            your entry under <code>principals</code> of the trust policy:
          </p>
          <pre className="lines" tabIndex={0}>
            <code>{passkey.enrolment}</code>
          </pre>
        </>
      )}
    </section>
  );
}
