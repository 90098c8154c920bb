import type { PlaceholderKind } from './placeholder.ts';
import { placeholderPattern, type PlaceholderForm } from './placeholder-pattern.ts';

/** A place in a text that has the form of a placeholder, whoever wrote it there. */
export interface Resemblance {
  readonly start: number;
  readonly end: number;
  /** As a vault writes it: host names and SQL identifiers in lower case. */
  readonly written: string;
  readonly kind: PlaceholderKind;
}

const pattern = placeholderPattern();
/** What every form has somewhere. Most texts have none of it, and are read once instead of at each letter. */
const sign = /zqx|192\.0\.2|198\.|203\.0|2001:|[tcs]_\d/i;

/** Everything in the text from `from` on that has the form of a placeholder, in order, never overlapping. */
export function resemblancesIn(text: string, from = 0): Resemblance[] {
  return [...placeholderFormsIn(text, from)].map(({ start, end, form }) => {
    const found = text.slice(start, end);
    const token = form === 'token' || form === 'likeToken';
    return { start, end, written: token ? found : found.toLowerCase(), kind: kindOf(form, found) };
  });
}

export function* placeholderFormsIn(
  text: string,
  from: number,
): Generator<{ readonly start: number; readonly end: number; readonly form: PlaceholderForm }> {
  if (!sign.test(text)) return;
  pattern.lastIndex = from;
  for (const match of text.matchAll(pattern)) {
    const form = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined)?.[0] as PlaceholderForm;
    yield { start: match.index, end: match.index + match[0].length, form };
  }
}

function kindOf(form: PlaceholderForm, found: string): PlaceholderKind {
  switch (form) {
    case 'token':
    case 'likeToken':
      return (
        (['key', 'card', 'iban'] as const).find((kind) => found.startsWith(`ZQX_${kind.toUpperCase()}_`)) ?? 'secret'
      );
    case 'email':
      return 'email';
    case 'host':
    case 'likeHost':
      return 'host';
    case 'ip':
    case 'ip6':
    case 'likeIp6':
      return 'ip';
    case 'identifier':
      return (['column', 'schema'] as const).find((kind) => kind.startsWith(found.charAt(0).toLowerCase())) ?? 'table';
  }
}
