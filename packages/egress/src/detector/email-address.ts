import type { SensitiveSpan } from './finding.ts';

const ADDRESS = /(?<![\w.%+/:-])[\w.%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z]{2,24}(?![\w@-])/g;
/** Reserved names (RFC 2606, RFC 6761) reach nobody; the last ones are addresses of services that everybody shares. */
const NOBODY =
  /@(?:[\w-]+\.)*(?:example|test|invalid|localhost)(?:\.(?:com|net|org))?$|^git@|^noreply@|@users\.noreply\.github\.com$/i;
/** Ends of file names and of module versions, no top-level domains. */
const NOT_A_DOMAIN =
  /\.(?:js|ts|json|png|jpe?g|svg|gif|css|html|md|txt|ya?ml|service|socket|timer|target|mount|conf|sh|py|rb|go)$/i;

/** E-mail addresses of people. */
export function emailAddressesIn(text: string): SensitiveSpan[] {
  if (!text.includes('@')) return [];
  return [...text.matchAll(ADDRESS)]
    .filter(({ 0: address }) => !NOBODY.test(address) && !NOT_A_DOMAIN.test(address))
    .map(({ index, 0: address }) => ({
      start: index,
      end: index + address.length,
      kind: 'email',
      rule: 'email-address',
      tier: 'redact',
    }));
}
