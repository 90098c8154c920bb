import { isIP } from 'node:net';
import { ServerError } from '../error.ts';

/** Where a passkey is made: passkeys are bound to the host name of the page, and to no address. */
export interface Place {
  readonly relyingParty: string;
  /** Pages of that name; browsers give passkeys to secure ones only, and the loopback counts as one. */
  readonly origins: readonly string[];
}

/** `host`: as the request names this server, which goes by no other names than its configuration has. */
export function placeOf(host: string): Place {
  const relyingParty = host.toLowerCase().replace(/:\d{1,5}$/, '');
  if (relyingParty === '' || isIP(relyingParty.replace(/^\[(.*)\]$/, '$1')) !== 0)
    throw new ServerError('passkey-place', 'Passkeys are bound to a name, and this page was opened by an address.');
  const secure = `https://${host.toLowerCase()}`;
  return { relyingParty, origins: relyingParty === 'localhost' ? [secure, `http://${host.toLowerCase()}`] : [secure] };
}
