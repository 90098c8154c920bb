import type { Client } from '@duovir/sdk';
import { useLoaded, type Loaded } from '../page/load.ts';
import { placeOfPage } from './authenticator.ts';
import { signingOf, type Signing } from './signing.ts';

const REFRESH_MS = 5_000;

/** Asked again until the reader can sign: the officer may enrol the passkey while the page is open. */
export function useSigning(client: Client): Loaded<Signing> {
  return useLoaded(
    'signing',
    ({ kind }) => (kind === 'proposed' ? REFRESH_MS : undefined),
    async () => signingOf(await client.passkeys(), placeOfPage()),
  );
}
