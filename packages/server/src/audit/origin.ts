import { isIPv4 } from 'node:net';
import type { Origin } from '@duovir/protocol';

/** Where a connection comes from. Behind a reverse proxy on this machine everybody comes from the loopback. */
export function originOf(remoteAddress: string | undefined): Origin {
  // A Unix socket has no address.
  if (remoteAddress === undefined || remoteAddress === '') return 'socket';
  const address = remoteAddress.replace(/^::ffff:/i, '');
  const isLoopback = isIPv4(address) ? address.startsWith('127.') : address === '::1';
  return isLoopback ? 'loopback' : 'network';
}
