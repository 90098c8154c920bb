import type { SensitiveSpan } from './finding.ts';
import { isIdentifier } from './identifier-shape.ts';
import { lineEndAfter } from './line.ts';
import { isPlaceholder } from './placeholder-shape.ts';
import { looksRandom } from './randomness.ts';

const LITERAL = /(["'`])(?<value>[^\s"'`]{6,128})\1/dg;
const NEAR = 100;
/** The value of another key, which speaks for itself. */
const OTHER_KEY = /["']\s?:\s?$/;
/** Names, paths and calls are no values, however unlike words they look. */
const NAME = /^[\w$]+(?:[.:/-]{1,3}[\w$]+)+$|^[a-z]+(?:[A-Z][a-z]+)+$|[()[\]{}<>]|^[./#$@%]/;

/**
 * Literals drawn by chance behind the name of a secret in its line, with other words between:
 * `expect(password).toEqual('…')`, `fill_in 'Password', with: '…'`.
 */
export function* randomLiteralsAfter(text: string, at: number): Generator<SensitiveSpan> {
  // The quote that ends the name begins no literal.
  const from = /["'`]/.test(text[at] ?? '') ? at + 1 : at;
  const line = text.slice(from, Math.min(lineEndAfter(text, from), from + NEAR));
  for (const match of line.matchAll(LITERAL)) {
    const value = match.groups?.['value'] ?? '';
    const [start, end] = match.indices?.groups?.['value'] ?? [0, 0];
    if (!looksRandom(value) || isIdentifier(value) || isPlaceholder(value) || NAME.test(value)) continue;
    if (OTHER_KEY.test(line.slice(0, start - 1))) continue;
    yield { start: from + start, end: from + end, kind: 'secret', rule: 'literal-in-line', tier: 'redact' };
  }
}
