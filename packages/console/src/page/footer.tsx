import type { Client } from '@duovir/sdk';
import type { JSX } from 'react';
import { timeZone } from '../time.ts';
import { useLoaded } from './load.ts';

const REFRESH_MS = 10_000;
const SHOWN_OF_ROOT = 12;

/** How far the ledger is. Whether it is right, its own verifier says: a page from the same server could not. */
export function Footer({ client }: { readonly client: Client }): JSX.Element {
  const ledger = useLoaded(
    'ledger',
    () => REFRESH_MS,
    () => client.ledger(),
  );
  return (
    <footer>
      {ledger.kind === 'loaded' && (
        <p>
          Ledger {ledger.value.origin}: {ledger.value.size} entries, {ledger.value.cosignedSize} witnessed, root{' '}
          <code title={ledger.value.root}>{ledger.value.root.slice(0, SHOWN_OF_ROOT)}</code>
        </p>
      )}
      <p>Times are those of {timeZone()}.</p>
    </footer>
  );
}
