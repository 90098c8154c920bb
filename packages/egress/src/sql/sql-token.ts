export type SqlTokenKind = 'word' | 'quoted' | 'string' | 'comment' | 'other';

/** A piece of SQL; `start` and `end` are in UTF-16 units of the text it was read from. */
export interface SqlToken {
  readonly kind: SqlTokenKind;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Comments nest. */
const innerComment = String.raw`/\*(?:(?!\*/|/\*)[\s\S])*\*/`;
const token = new RegExp(
  [
    String.raw`(?<comment>--[^\n]*|/\*(?:${innerComment}|(?!\*/)[\s\S])*(?:\*/|$))`,
    String.raw`(?<string>[eE]'(?:[^'\\]|\\[\s\S]|'')*'|(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'|\$(?<tag>(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?)\$[\s\S]*?\$\k<tag>\$)`,
    String.raw`(?<quoted>\\"[^"\\\n]+\\"|(?:[uU]&)?"(?:[^"]|"")+"|\x60[^\x60\n]+\x60)`,
    String.raw`(?<word>[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*)`,
    String.raw`(?<other>\d[\w.]*|\S)`,
  ].join('|'),
  'g',
);

/** SQL as PostgreSQL's lexer divides it, MySQL's quoted names, and those that JSON has escaped. The parser says what it means, this where it stands. */
export function* sqlTokens(text: string, from = 0, until = text.length): Generator<SqlToken> {
  token.lastIndex = from;
  for (const match of text.slice(0, until).matchAll(token)) {
    const groups = match.groups ?? {};
    const kind = (['comment', 'string', 'quoted', 'word'] as const).find((each) => groups[each] !== undefined);
    yield { kind: kind ?? 'other', start: match.index, end: match.index + match[0].length, text: match[0] };
  }
}

/** Where the statement that begins at a place ends: after its semicolon; undefined when there is none. */
export function statementEnd(text: string, from: number, until: number): number | undefined {
  const routine = /^create\s+(?:or\s+replace\s+)?(?:function|procedure)\b/i.test(text.slice(from, from + 64));
  let depth = 0;
  for (const { kind, text: word, end } of sqlTokens(text, from, until)) {
    // The body of a routine in standard SQL is statements of its own.
    if (routine && kind === 'word' && /^(?:begin|case)$/i.test(word)) depth += 1;
    else if (depth > 0 && kind === 'word' && /^end$/i.test(word)) depth -= 1;
    else if (depth === 0 && word === ';') return end;
  }
  return undefined;
}

/** What is within the quotation marks of a string, and from where on. */
export function stringContent({ text, start }: SqlToken): { readonly start: number; readonly text: string } {
  const opening = /^(?:[A-Za-z]&?)?(?:'|\$[^$]*\$)/.exec(text)?.[0] ?? '';
  const closing = text.endsWith("'") ? 1 : opening.length;
  return { start: start + opening.length, text: text.slice(opening.length, text.length - closing) };
}
