import type { SensitiveSpan } from './finding.ts';

/** From the `@` on: most texts hold few, and what stands before one is read from there. */
const DOMAIN = /@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z]{2,24}(?![\w@-])/g;
const MAILBOX = /(?<![\w.%+/:-])[\w.%+-]{1,64}$/;
const LONGEST_MAILBOX = 65;
/** Reserved names (RFC 2606, RFC 6761) reach nobody; the last ones are addresses of services that everybody shares. */
const NOBODY =
  /@(?:[\w-]+\.)*(?:example|test|invalid|localhost)(?:\.(?:com|net|org))?$|^git@|^noreply@|@users\.noreply\.github\.com$/i;
/** Ends of file names and of module versions, no top-level domains. */
const NOT_A_DOMAIN =
  /\.(?:js|ts|json|png|jpe?g|svg|gif|css|html|md|txt|ya?ml|service|socket|timer|target|mount|conf|sh|py|rb|go)$/i;

/** E-mail addresses of people. */
export function emailAddressesIn(text: string): SensitiveSpan[] {
  const spans: SensitiveSpan[] = [];
  for (const { index, 0: domain } of text.matchAll(DOMAIN)) {
    const mailbox = MAILBOX.exec(text.slice(Math.max(0, index - LONGEST_MAILBOX), index))?.[0];
    if (mailbox === undefined || NOBODY.test(mailbox + domain) || NOT_A_DOMAIN.test(domain)) continue;
    const [start, end] = [index - mailbox.length, index + domain.length];
    spans.push({ start, end, kind: 'email', rule: 'email-address', tier: 'redact' });
  }
  return spans;
}
