import { privateKeysIn } from './private-key.ts';
import { cardNumbersIn, type Span } from './card-number.ts';

export type SecretKind = 'private-key' | 'credential' | 'password' | 'card-number';

/** Where a secret stands in a text. The value itself is deliberately not part of it. */
export interface SecretSpan extends Span {
  readonly kind: SecretKind;
}

/** Group 1, where there is one, is the value; the rest around it may stay readable. */
const patterns: readonly (readonly [SecretKind, RegExp])[] = [
  ['credential', /\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}\b/g],
  ['credential', /\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9_]{22,255}\b|\bglpat-[\w-]{20,64}/g],
  ['credential', /\bxox[abeprs]-[\w-]{10,250}|\bsk-(?:ant-|proj-)?[\w-]{20,250}|\bsk_live_[A-Za-z0-9]{16,99}/g],
  ['credential', /\bAIza[\w-]{35}\b|\bya29\.[\w-]{20,512}|\bnpm_[A-Za-z0-9]{36}\b|\bhvs\.[\w-]{20,512}/g],
  ['credential', /\beyJ[\w-]{8,4096}\.eyJ[\w-]{8,8192}\.[\w-]{16,4096}/g],
  ['credential', /\bauthorization\s*[:=]\s*["']?(?:bearer|basic|token)\s+([\w.~+/=-]{8,4096})/gi],
  ['credential', /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@'"]{0,128}:([^\s/@'"$<{][^\s/@'"]{0,255})@/gi],
  [
    'password',
    /(?:\b|_)(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|client[_-]?secret)["']?\s*(?:=>|:=|[=:])\s*["']?([^\s"';,]{4,256})/gi,
  ],
  ['password', /\b(?:PGPASSWORD|MYSQL_PWD|REDISCLI_AUTH)\s*=\s*["']?([^\s"']{1,256})/g],
  ['password', /^[ \t]*(?:requirepass|masterauth|sentinel\s+auth-pass\s+\S+)\s+["']?([^\s"']{1,256})/gim],
  ['password', /\b(?:password|identified\s+by)\s+'([^'\n]{1,256})'/gi],
  ['password', /(?:^|\s)--(?:password|pass|token|secret|api-key)[= ]([^\s-][^\s]{3,255})/gi],
];

/** What stands where a value will be put in: a placeholder, a reference, an empty default, a word that says so. */
const placeholder =
  /^(?:ZQX_[A-Z]{3,6}_\d{1,7}_[0-9A-F]{8}|\$[({A-Za-z_].*|\{\{.*|<.*>?|%[sv(].*|\*+|x{3,}|null|none|true|false|changeme|required|optional|scram-sha-256|md5|trust|peer)$/i;

/** One of these words is in every text that one of the patterns finds: most texts need no closer look. */
const hint =
  /A(?:KIA|SIA|GPA|IDA|ROA)|gh[pousr]_|github_pat|glpat|xox|sk-|sk_live|AIza|ya29|npm_|hvs\.|eyJ|authorization|:\/\/|pass|secret|key|token|pwd|auth|identified/i;

/** Secrets and card numbers a text shows, in order; overlaps are joined. */
export function secretsIn(text: string): SecretSpan[] {
  const spans: SecretSpan[] = [
    ...cardNumbersIn(text).map((span) => ({ kind: 'card-number' as const, ...span })),
    ...privateKeysIn(text).map((span) => ({ kind: 'private-key' as const, ...span })),
  ];
  for (const [kind, pattern] of hint.test(text) ? patterns : [])
    for (const match of text.matchAll(pattern)) {
      const value = match[1] ?? match[0];
      // The value is the last thing its pattern reads, but for a quote or an @.
      const start = match.index + match[0].lastIndexOf(value);
      if (match[1] !== undefined && placeholder.test(match[1])) continue;
      spans.push({ kind, start, end: start + value.length });
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
