import * as z from 'zod';
import type { SensitiveSpan } from './finding.ts';

const LABELS_BEFORE = /(?<![\w@.-])(?:\w[\w-]{0,62}\.){1,32}$/;
const LONGEST_NAME = 254;
const HOST_END = String.raw`(?![\w-]|\.\w|\()`;
/** Names that only a private resolver answers; the reserved ones are RFC 6762, RFC 8375 and ICANN's `internal`. */
const INTERNAL_ENDS = ['internal', 'local', 'lan', 'corp', 'intra', 'intranet', 'svc', 'home.arpa'];
/** Written about everywhere, and the same everywhere. */
const COMMON =
  /^(?:(?:kubernetes|kube-dns)\.|(?:host|gateway|kubernetes)\.docker\.internal$|metadata\.google\.internal$|cluster\.local$|svc\.cluster\.local$)/i;
const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d]|\.\d)/g;
const IPV6 = /(?<![\w:.])[Ff][CcDd][0-9A-Fa-f]{2}:[0-9A-Fa-f:]{2,35}(?![\w:])/g;

/** Hosts that only resolve inside, by their ending or by the domains the trust policy names. */
export function internalHostsIn(text: string, domains: readonly string[]): SensitiveSpan[] {
  const given = domains.map((domain) => RegExp.escape(domain.toLowerCase()));
  const ends = [...INTERNAL_ENDS.map((end) => RegExp.escape(end)), ...given].join('|');
  const alone = given.length === 0 ? '' : `|(?<![\\w@.-])(?:${given.join('|')})`;
  const spans: SensitiveSpan[] = [];
  for (const { index, 0: found } of text.matchAll(new RegExp(`(?:(?<=\\.)(?:${ends})${alone})${HOST_END}`, 'gi'))) {
    const before = LABELS_BEFORE.exec(text.slice(Math.max(0, index - LONGEST_NAME), index))?.[0] ?? '';
    const isAlone = before === '' && text[index - 1] !== '.';
    const [start, end] = [index - before.length, index + found.length];
    if ((before !== '' || isAlone) && !COMMON.test(text.slice(start, end)))
      spans.push({ start, end, kind: 'host', rule: 'internal-host', tier: 'redact' });
  }
  return spans;
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
