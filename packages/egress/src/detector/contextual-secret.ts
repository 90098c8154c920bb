import { contextRules } from './context-rules.ts';
import type { FindingTier, SensitiveSpan } from './finding.ts';
import { asksToBeReplaced, isPlaceholder } from './placeholder-shape.ts';
import { looksRandom } from './randomness.ts';

/** Pieces of a program that quotes were found around: what is put together there is elsewhere. */
const CONCATENATION = /^\s{0,4}[+.]\s|\s[+.]\s{0,4}$/;

/** Secrets that stand in a place for secrets: URLs, headers, flags, statements, formats of their own. */
export function contextualSecretsIn(text: string, fileName = ''): SensitiveSpan[] {
  const spans: SensitiveSpan[] = [];
  for (const { rule, pattern, tier, fileName: only } of contextRules) {
    if (only && !only.test(fileName)) continue;
    for (const match of text.matchAll(pattern)) {
      const value = match.groups?.['value'] ?? '';
      const [start, end] = match.indices?.groups?.['value'] ?? [0, 0];
      if (isPlaceholder(value) || CONCATENATION.test(value)) continue;
      spans.push({ start, end, kind: 'secret', rule, tier: tier === 'random' ? tierOf(value) : tier });
    }
  }
  return spans;
}

function tierOf(value: string): FindingTier {
  return looksRandom(value) && !asksToBeReplaced(value) ? 'block' : 'redact';
}
