import type { JSX } from 'react';
import { addressOf } from '../route.ts';
import type { Signing } from './signing.ts';

/** Why nothing can be signed on this page, and what to do about it. */
export function MissingPasskey({
  signing,
}: {
  readonly signing: Exclude<Signing, { readonly kind: 'ready' }>;
}): JSX.Element {
  const page = <a href={addressOf({ kind: 'passkeys' })}>passkeys</a>;
  switch (signing.kind) {
    case 'none':
      return (
        <p className="box warn">
          To sign here you need a passkey for this page. Register one under {page}, or sign in a terminal.
        </p>
      );
    case 'proposed':
      return (
        <p className="box warn">
          Your passkey signs once the officer’s trust policy lists it: see {page}. Until then, sign in a terminal.
        </p>
      );
    case 'impossible':
      return (
        <p className="box warn">
          Browsers have no passkeys for a page opened by an address.{' '}
          {signing.name === undefined ? (
            'Open the console by its name over HTTPS, or sign in a terminal.'
          ) : (
            <>
              Open <a href={signing.name}>{signing.name}</a>, or sign in a terminal.
            </>
          )}
        </p>
      );
  }
}
