import type { PlaceholderKind } from '@duovir/protocol';
import { placeholderPattern, unfinishedPlaceholderPattern, type Form } from './placeholder-pattern.ts';

/** A place in a text that has the form of a placeholder, whoever wrote it there. */
export interface Resemblance {
  readonly start: number;
  readonly end: number;
  /** As a vault writes it: host names and SQL identifiers in lower case. */
  readonly written: string;
  readonly kind: PlaceholderKind;
}

/** Longer than any placeholder, and than anything that could still become one. */
const LONGEST = 128;
const placeholder = placeholderPattern();
const unfinished = unfinishedPlaceholderPattern();

/** Everything in the text from `from` on that has the form of a placeholder, in order, never overlapping. */
export function resemblancesIn(text: string, from = 0): Resemblance[] {
  return [...formsIn(text, from)].map(({ start, end, form }) => {
    const found = text.slice(start, end);
    const token = form === 'token' || form === 'likeToken';
    return { start, end, written: token ? found : found.toLowerCase(), kind: kindOf(form, found) };
  });
}

/** From where on the end of the text can still become a placeholder, or cease to be one. */
export function undecidedFrom(text: string, from: number): number {
  let at = from;
  for (const { start, end, form } of formsIn(text, from)) {
    if (!isDecided(text, end, form)) return start;
    at = end;
  }
  unfinished.lastIndex = Math.max(at, text.length - LONGEST);
  return unfinished.exec(text)?.index ?? text.length;
}

function* formsIn(text: string, from: number): Generator<{ start: number; end: number; form: Form }> {
  placeholder.lastIndex = from;
  for (const match of text.matchAll(placeholder)) {
    const form = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined)?.[0] as Form;
    yield { start: match.index, end: match.index + match[0].length, form };
  }
}

function isDecided(text: string, end: number, form: Form): boolean {
  switch (form) {
    case 'token':
    case 'likeHost':
    case 'identifier':
      return true;
    case 'likeToken':
      return end < text.length && (end + 4 <= text.length || /\W/.test(text.charAt(end)));
    case 'host':
    case 'email':
    case 'ip':
    case 'ip6':
    case 'likeIp6':
      // A dot or a colon behind it ends a sentence or goes on: the character after that decides.
      return end + 1 < text.length || /[^\w.:-]/.test(text.charAt(end));
  }
}

function kindOf(form: Form, found: string): PlaceholderKind {
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

/** A placeholder without its tag: which one it claims to be. Addresses have no tag and claim by themselves. */
export function stemOf(written: string): string {
  return written.replace(/[0-9a-f]{8}(?=$|[.@]zqx\.invalid$)/i, '');
}

/** The placeholder of a kind, with a number that is its own and the first 8 hexadecimal digits of its keyed tag. */
export function writePlaceholder(kind: Exclude<PlaceholderKind, 'ip'>, number: number, tagHex: string): string {
  const tag = tagHex.slice(0, 8);
  switch (kind) {
    case 'secret':
    case 'key':
    case 'card':
    case 'iban':
      return `ZQX_${kind.toUpperCase()}_${number}_${tag.toUpperCase()}`;
    case 'host':
      return `h${number}-${tag}.zqx.invalid`;
    case 'email':
      return `e${number}-${tag}@zqx.invalid`;
    case 'table':
    case 'column':
    case 'schema':
      return `${kind.charAt(0)}_${number}_${tag}`;
  }
}
