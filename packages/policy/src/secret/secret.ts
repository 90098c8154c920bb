import { cardNumbersIn, type Span } from './card-number.ts';

export type SecretKind = 'private-key' | 'credential' | 'password' | 'card-number';

/** Where a secret stands in a text. The value itself is deliberately not part of it. */
export interface SecretSpan extends Span {
  readonly kind: SecretKind;
}

/** Group 1, where there is one, is the value; the rest around it may stay readable. */
const patterns: readonly (readonly [SecretKind, RegExp])[] = [
  [
    'private-key',
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,20000}?(?:-----END [A-Z0-9 ]{0,40}-----|$)/dg,
  ],
  ['private-key', /PuTTY-User-Key-File-\d[\s\S]{0,20000}?Private-MAC: [0-9a-f]+/dg],
  ['credential', /\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}\b/dg],
  ['credential', /\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{22,255}\b|\bglpat-[\w-]{20,64}/dg],
  ['credential', /\bxox[abeprs]-[\w-]{10,250}|\bsk-(?:ant-|proj-)?[\w-]{20,250}|\bsk_live_[A-Za-z0-9]{16,99}/dg],
  ['credential', /\bAIza[\w-]{35}\b|\bya29\.[\w-]{20,512}|\bnpm_[A-Za-z0-9]{36}\b|\bhvs\.[\w-]{20,512}/dg],
  ['credential', /\beyJ[\w-]{8,4096}\.eyJ[\w-]{8,8192}\.[\w-]{16,4096}/dg],
  ['credential', /\bauthorization\s*[:=]\s*["']?(?:bearer|basic|token)\s+([\w.~+/=-]{8,4096})/dgi],
  ['credential', /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@'"]{0,128}:([^\s/@'"$<{][^\s/@'"]{0,255})@/dgi],
  [
    'password',
    /\b(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|client[_-]?secret)["']?\s*(?:=>|:=|[=:])\s*["']?([^\s"';,]{4,256})/dgi,
  ],
  ['password', /\b(?:PGPASSWORD|MYSQL_PWD|REDISCLI_AUTH)\s*=\s*["']?([^\s"']{1,256})/dg],
  ['password', /^[ \t]*(?:requirepass|masterauth|sentinel\s+auth-pass\s+\S+)\s+["']?([^\s"']{1,256})/dgim],
  ['password', /\b(?:password|identified\s+by)\s+'([^'\n]{1,256})'/dgi],
  ['password', /(?:^|\s)--(?:password|pass|token|secret|api-key)[= ]([^\s-][^\s]{3,255})/dgi],
];

/** What stands where a value will be put in: a reference, an empty default, a word that says so. */
const placeholder =
  /^(?:\$[({A-Za-z_].*|\{\{.*|<.*>?|%[sv(].*|\*+|x{3,}|null|none|true|false|changeme|required|optional|scram-sha-256|md5|trust|peer)$/i;

/** Secrets and card numbers a text shows, in order; overlaps are joined. */
export function secretsIn(text: string): SecretSpan[] {
  const spans: SecretSpan[] = cardNumbersIn(text).map((span) => ({ kind: 'card-number' as const, ...span }));
  for (const [kind, pattern] of patterns)
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.[1] ?? match.indices?.[0] ?? [match.index, match.index + match[0].length];
      if (match[1] !== undefined && placeholder.test(match[1])) continue;
      spans.push({ kind, start, end });
    }
  return joinOverlaps(spans.toSorted((left, right) => left.start - right.start || right.end - left.end));
}

function joinOverlaps(sorted: readonly SecretSpan[]): SecretSpan[] {
  const joined: SecretSpan[] = [];
  for (const span of sorted) {
    const last = joined.at(-1);
    if (last && span.start < last.end) joined[joined.length - 1] = { ...last, end: Math.max(last.end, span.end) };
    else joined.push(span);
  }
  return joined;
}
