import { placeholderFormsIn, type PlaceholderForm } from '@duovir/protocol';

/** A character no rule reads as part of a word (private use); what it stands for is gone from the text already. */
const BLANK = '\uE000';
const HINT = /zqx|\b[tcs]_\d/i;
/** What only resembles a placeholder was written by somebody and stays what it is. */
const OWN: ReadonlySet<PlaceholderForm> = new Set(['token', 'host', 'email', 'identifier']);
/** So little beside a placeholder is no secret of its own. */
const SHORTEST_REST = 4;

/** The text with every placeholder of ours blanked at its length, issued or not. */
export function withoutPlaceholders(text: string): string {
  if (!HINT.test(text)) return text;
  let result = '';
  let from = 0;
  for (const { start, end, form } of placeholderFormsIn(text, 0)) {
    if (!OWN.has(form)) continue;
    result += text.slice(from, start) + BLANK.repeat(end - start);
    from = end;
  }
  return result + text.slice(from);
}

/** Whether a value is nothing but a placeholder that was blanked. */
export function isBlanked(value: string): boolean {
  return value.includes(BLANK) && value.replaceAll(BLANK, '').length < SHORTEST_REST;
}
