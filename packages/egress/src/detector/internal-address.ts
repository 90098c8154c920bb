import * as z from 'zod';
import type { SensitiveSpan } from './finding.ts';

const HOST = /(?<![\w@.-])(?:[A-Za-z0-9_](?:[\w-]{0,62})\.){1,8}[A-Za-z][A-Za-z0-9-]{1,62}(?![\w-]|\.\w|\()/g;
/** Names that only a private resolver answers; the reserved ones are RFC 6762, RFC 8375 and ICANN's `internal`. */
const INTERNAL_ENDS = ['internal', 'local', 'lan', 'corp', 'intra', 'intranet', 'svc', 'home.arpa'];
/** Written about everywhere, and the same everywhere. */
const COMMON =
  /^(?:(?:kubernetes|kube-dns)\.|(?:host|gateway|kubernetes)\.docker\.internal$|metadata\.google\.internal$|cluster\.local$|svc\.cluster\.local$)/i;
const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d]|\.\d)/g;
const IPV6 = /(?<![\w:.])[Ff][CcDd][0-9A-Fa-f]{2}:[0-9A-Fa-f:]{2,35}(?![\w:])/g;

/** Hosts that only resolve inside, by their ending or by the domains the trust policy names. */
export function internalHostsIn(text: string, domains: readonly string[]): SensitiveSpan[] {
  const ends = [...INTERNAL_ENDS, ...domains.map((domain) => domain.toLowerCase())];
  return [...text.matchAll(HOST)]
    .filter(({ 0: host }) => isInternal(host.toLowerCase(), ends) && !COMMON.test(host))
    .map(({ index, 0: host }) => ({
      start: index,
      end: index + host.length,
      kind: 'host',
      rule: 'internal-host',
      tier: 'redact',
    }));
}

function isInternal(host: string, ends: readonly string[]): boolean {
  return ends.some((end) => host === end || host.endsWith(`.${end}`));
}

/** Addresses of RFC 1918, RFC 3927 and RFC 4193; loopback and the documentation ranges say nothing about a network. */
export function privateAddressesIn(text: string): SensitiveSpan[] {
  const addresses = [...[...text.matchAll(IPV4)].filter(isPrivate), ...[...text.matchAll(IPV6)].filter(isLocal)];
  return addresses.map(({ index, 0: address }) => ({
    start: index,
    end: index + address.length,
    kind: 'ip',
    rule: 'private-address',
    tier: 'redact',
  }));
}

const ipv6 = z.ipv6();

function isPrivate({ 0: address }: RegExpExecArray): boolean {
  const octets = address.split('.').map(Number);
  const [first = 0, second = 0] = octets;
  if (octets.some((octet) => octet > 255)) return false;
  if (first === 10) return true;
  if (first === 172) return second >= 16 && second <= 31;
  return (first === 192 && second === 168) || (first === 169 && second === 254);
}

function isLocal({ 0: address }: RegExpExecArray): boolean {
  return ipv6.safeParse(address).success;
}
