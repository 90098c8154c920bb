import type { SensitiveSpan } from './finding.ts';

const NEIGHBOUR =
  /(?:host|hostname|server|username|user|login|email|mail)["']?\]?[ \t]{0,20}(?:=>|[:=>])[ \t]{0,20}["']?(?:(?<email>[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24})|(?<host>(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,24}))(?=["'<,;:\s]|$)/dgi;
const SECRET_RULE = /^(?:assigned-secret|xml-element|named-value)$/;
/** A block of settings for one connection is hardly longer. */
const NEAR = 300;

/**
 * Where a password opens and for whom: the host and the login address that stand in the same settings as a secret. Beside a
 * password even a name that is harmless elsewhere is half of a way in.
 */
export function credentialNeighboursIn(text: string, found: readonly SensitiveSpan[]): SensitiveSpan[] {
  const secrets = found.filter(({ rule }) => SECRET_RULE.test(rule)).map(({ start }) => start);
  const spans: SensitiveSpan[] = [];
  if (secrets.length === 0) return spans;
  let nearest = 0;
  for (const match of text.matchAll(NEIGHBOUR)) {
    while (nearest + 1 < secrets.length && (secrets[nearest] ?? 0) < match.index - NEAR) nearest += 1;
    if (Math.abs((secrets[nearest] ?? 0) - match.index) > NEAR) continue;
    const kind = match.groups?.['email'] === undefined ? 'host' : 'email';
    const [start, end] = match.indices?.groups?.[kind] ?? [0, 0];
    spans.push({ start, end, kind, rule: `credential-${kind}`, tier: 'redact' });
  }
  return spans;
}
