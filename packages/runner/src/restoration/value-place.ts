import type { PlaceholderKind } from '@duovir/protocol';

/** Letters, digits and signs that end no word in a configuration, a command line, a URL's host or YAML. */
const plainWord = /^[\p{L}\p{N}_./+~](?:[\p{L}\p{N}_./+~=@%!^*?:-]*[\p{L}\p{N}_./+~=@%!^*?-])?$/u;
const bareName = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const quotedName = /^"(.*)"$/s;
const blockScalar = /(?:^|[\s-])(?:[^\s#]+:|-)[ \t]+[|>][+-]?\d?[+-]?[ \t]*$/;

/** What a text is as a whole: values are put in accordingly. */
export type Manner = 'json' | 'only-placeholders' | 'other';

/** Where in its text a placeholder stands. */
interface Place {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly manner: Manner;
}

/**
 * What goes in for a placeholder so that nothing around it changes its meaning; undefined when there is no such thing.
 *
 * In a text that is JSON the value is escaped. Elsewhere it is put in literally, and quoting is the plan's duty: in
 * quotes nothing may end or escape them, without quotes it must be one plain word. Only in a password or key file, where
 * there is nothing else, may it be anything; in a block of YAML it may have lines, and the indentation is kept.
 */
export function valueAt({ text, start, end, manner }: Place, value: string, kind: PlaceholderKind): string | undefined {
  if (manner === 'json') return JSON.stringify(value).slice(1, -1);
  if (manner === 'only-placeholders') return value;
  const line = { start: text.lastIndexOf('\n', start - 1) + 1, end: endOfLine(text, end) };
  const before = text.slice(line.start, start);
  const isAlone = before.trim() === '' && text.slice(end, line.end).trim() === '';
  if (isAlone && before !== '' && blockScalar.test(lineAbove(text, line.start))) return inBlock(value, before);
  const quote = openQuote(before);
  const name = isIdentifier(kind) ? quotedName.exec(value)?.[1] : undefined;
  const isQuoted = quote !== undefined && text.slice(end, line.end).includes(quote);
  if (isQuoted) return inQuotes(quote === '"' ? (name ?? value) : value, quote);
  const isWord = isIdentifier(kind) ? name !== undefined || bareName.test(value) : plainWord.test(value);
  return isWord ? value : undefined;
}

function isIdentifier(kind: PlaceholderKind): boolean {
  return kind === 'schema' || kind === 'table' || kind === 'column';
}

export function mannerOf(text: string): Manner {
  if (text.split('\n').every((line) => /^(?:ZQX_[A-Z]+_\d+_[0-9A-F]{8})?\r?$/.test(line))) return 'only-placeholders';
  if (!/^\s*[[{]/.test(text)) return 'other';
  try {
    JSON.parse(text);
    return 'json';
  } catch {
    return 'other';
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function lineAbove(text: string, start: number): string {
  return text.slice(text.lastIndexOf('\n', start - 2) + 1, Math.max(0, start - 1));
}

/** Lines that are indented further than the first, or empty before it, would move the edge of the block. */
function inBlock(value: string, indentation: string): string | undefined {
  const lines = value.split('\n');
  if (lines.some((line) => /^\s/.test(line)) || lines[0] === '' || /[\t\r]/.test(value)) return undefined;
  return lines.map((line, index) => (index === 0 || line === '' ? line : indentation + line)).join('\n');
}

function inQuotes(value: string, quote: string): string | undefined {
  const ending = quote === '"' ? /["\\$`\p{Cc}]/u : /['\\\p{Cc}]/u;
  return ending.test(value) ? undefined : value;
}

/** The quote that a beginning of a line leaves open. */
function openQuote(line: string): string | undefined {
  let open: string | undefined;
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    if (character === '\\' && open !== "'") index += 1;
    else if (open === undefined && (character === '"' || character === "'")) open = character;
    else if (character === open) open = undefined;
  }
  return open;
}
