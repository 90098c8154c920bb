import type { SensitiveSpan } from './finding.ts';
import { isHexadecimal, isIdentifier } from './identifier-shape.ts';
import { isPlaceholder } from './placeholder-shape.ts';
import { publishedTextIn } from './published-text.ts';
import { entropy, looksRandom } from './randomness.ts';

const CANDIDATE = /(?<![\w+/=.-])[A-Za-z0-9][\w+/-]{22,511}={0,2}(?![\w+/=-])/g;
/** A label of what is drawn by chance to be told apart, not to be kept secret. */
const NAMED_ID =
  /(?:\bid|[a-z_-]id|[a-z]Id|id-2|etag|digest|checksum|integrity|fingerprint|trace|cursor|revision|request)["']?\s?[:=]\s?["']?$/i;
const LONGEST_LABEL = 40;
/** Bits per character below which a string of mixed characters is no key. */
const LEAST_ENTROPY = 3.8;

/** Strings of letters of both cases and digits that look drawn by chance, whatever stands beside them. */
export function randomStringsIn(text: string): SensitiveSpan[] {
  const published = publishedTextIn(text);
  const spans: SensitiveSpan[] = [];
  for (const { index, 0: found } of text.matchAll(CANDIDATE)) {
    if (!isMixed(found) || isIdentifier(found) || isHexadecimal(found) || isPlaceholder(found)) continue;
    if (entropy(found) < LEAST_ENTROPY || !looksRandom(found)) continue;
    const end = index + found.length;
    if (NAMED_ID.test(text.slice(Math.max(0, index - LONGEST_LABEL), index))) continue;
    if (published.some((span) => index < span.end && end > span.start)) continue;
    spans.push({ start: index, end, kind: 'secret', rule: 'random-string', tier: 'redact' });
  }
  return spans;
}

function isMixed(value: string): boolean {
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && (value.match(/\d/g) ?? []).length >= 2;
}
