import {
  placeholderFormsIn,
  unfinishedPlaceholderPattern,
  type PlaceholderForm,
  type PlaceholderKind,
} from '@duovir/protocol';

/** Longer than any placeholder, and than anything that could still become one. */
const LONGEST = 128;
const unfinished = unfinishedPlaceholderPattern();

/** From where on the end of the text can still become a placeholder, or cease to be one. */
export function undecidedFrom(text: string, from: number): number {
  let at = from;
  for (const { start, end, form } of placeholderFormsIn(text, from)) {
    if (!isDecided(text, end, form)) return start;
    at = end;
  }
  unfinished.lastIndex = Math.max(at, text.length - LONGEST);
  return unfinished.exec(text)?.index ?? text.length;
}

function isDecided(text: string, end: number, form: PlaceholderForm): boolean {
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
