import type { EntryKind, Envelope, Statement } from '@duovir/protocol';
import { signWithPasskey, type Client } from '@duovir/sdk';
import { askAuthenticator, placeOfPage } from './authenticator.ts';
import { signingOf, type Signing } from './signing.ts';

type Ready = Extract<Signing, { readonly kind: 'ready' }>;

/** Signs what `say` makes of the person and of the trust policy in force now: the page may have been open for days. */
export async function sign<Kind extends EntryKind>(
  client: Client,
  say: (own: Ready) => Statement<Kind> | Promise<Statement<Kind>>,
): Promise<Envelope> {
  const own = signingOf(await client.passkeys(), placeOfPage());
  if (own.kind !== 'ready') throw new Error('The trust policy does not list your passkey any more.');
  return signWithPasskey(await say(own), own, askAuthenticator);
}
