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
const comment = String.raw`--[^\n]*|/\*(?:${innerComment}|(?!\*/)[\s\S])*(?:\*/|$)`;
const string = String.raw`[eE]'(?:[^'\\]|\\[\s\S]|'')*'|(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'|\$(?<tag>(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?)\$[\s\S]*?\$\k<tag>\$`;
const quoted = String.raw`(?<escapes>\\+)"[^"\\\n]+\k<escapes>"|(?:[uU]&)?"(?:[^"]|"")+"|\x60[^\x60\n]+\x60`;
const word = String.raw`[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*`;
const token = new RegExp(String.raw`(${comment})|(${string})|(${quoted})|(${word})|\d[\w.]*|\S`, 'g');
const semicolon = new RegExp(String.raw`${comment}|(?<![\w$\x80-\uffff])(?:${string})|${quoted}|'|;`, 'g');
const routine = /^create\s+(?:or\s+replace\s+)?(?:function|procedure)\b/i;

/** SQL as PostgreSQL's lexer divides it, MySQL's quoted names, and those that JSON has escaped. The parser says what it means, this where it stands. */
export function* sqlTokens(text: string, from = 0, until = text.length): Generator<SqlToken> {
  const all = text.slice(0, until);
  token.lastIndex = from;
  for (const match of all.matchAll(token)) {
    const [whole, isComment, isString, , isQuoted, , isWord] = match;
    const kind =
      isWord !== undefined
        ? 'word'
        : isString !== undefined
          ? 'string'
          : isQuoted !== undefined
            ? 'quoted'
            : isComment !== undefined
              ? 'comment'
              : 'other';
    yield { kind, start: match.index, end: match.index + whole.length, text: whole };
  }
}

/** Where the statement that begins at a place ends: after its semicolon; undefined when there is none. */
export function statementEnd(text: string, from: number, until: number): number | undefined {
  if (routine.test(text.slice(from, from + 64))) return routineEnd(text, from, until);
  for (const { 0: whole, index } of text.slice(from, until).matchAll(semicolon))
    if (whole === ';') return from + index + 1;
  return undefined;
}

/** The body of a routine in standard SQL is statements of its own. */
function routineEnd(text: string, from: number, until: number): number | undefined {
  let depth = 0;
  for (const { kind, text: part, end } of sqlTokens(text, from, until)) {
    if (kind === 'word' && /^(?:begin|case)$/i.test(part)) depth += 1;
    else if (depth > 0 && kind === 'word' && /^end$/i.test(part)) depth -= 1;
    else if (depth === 0 && part === ';') return end;
  }
  return undefined;
}

/** What is within the quotation marks of a string, and from where on. */
export function stringContent({ text, start }: SqlToken): { readonly start: number; readonly text: string } {
  const opening = /^(?:[A-Za-z]&?)?(?:'|\$[^$]*\$)/.exec(text)?.[0] ?? '';
  const closing = text.endsWith("'") ? 1 : opening.length;
  return { start: start + opening.length, text: text.slice(opening.length, text.length - closing) };
}
