/** A value beside a name: where it stands, and how it was written. */
export interface ReadValue {
  readonly start: number;
  readonly end: number;
  readonly separator: string;
  readonly isQuoted: boolean;
  /** The name of the call the value is an argument of: `String` in `String("…")`. */
  readonly call: string;
  /** What stands between the separator and an unquoted value was a space, as programs and INI files write it. */
  readonly isSpaced: boolean;
  /** The first character after the value, empty at the end of a line. */
  readonly next: string;
}

const LONGEST_VALUE = 4096;
const CLOSERS = /(?:\\{0,3}["'`]|[\])}]){0,3}/y;
/** `: String` in `password: String = "…"`, `string` in `password string = "…"`. */
const TYPE =
  /[ \t]{0,8}:[ \t]{0,8}[A-Za-z_&*?][\w<>[\]&*?.' ]{0,40}?[ \t]{0,8}(?==[^=>])|[ \t]{1,4}(?:string|String|str|\[\]byte)[ \t]{1,8}(?==)/y;
const SEPARATOR = /([ \t]{0,60})(:=|=>|===?|!==?|\|\|=|\?\?=|\?=|\+=|->|<-|[:=,(>|]|)([ \t]{0,60})/y;
const NEXT_LINE = /[ \t]{0,8}\r?\n[ \t]{0,60}(?=\\?["'`])/y;
/** Calls and prefixes before a literal: `aws.String(`, `new Credential(`, `[]byte(`, `b"…"`. */
const CALL = /((?:new |await )?[A-Za-z_$[\]][\w.:$[\]<>]{0,60})?[([{]\s{0,4}(?=\\?["'`])/y;
const LITERAL_PREFIX = /(?:[bBrRuUfFLN@]|rb|br)(?=["'])/y;
const QUOTE = /\\{0,3}["'`]/y;
const SCHEME =
  /(?:Bearer|Basic|Token|Digest|ApiKey|Negotiate|Splunk|GoogleLogin auth=|base64:|pass:|plain:|\{(?:noop|bcrypt|cipher|SSHA|SHA|MD5)\})[ \t]{0,4}/iy;
const WORD = /[^\s"'`,;<>(){}[\]|&\\]{1,4096}/y;
const ENTRY = /[^\s"'`]{1,4096}/y;
const REST_OF_LINE = /[^\s"'#][^\r\n]{0,4095}/y;

/** What is written as the value of the name that ends at `at`; undefined where no value follows. */
export function readValue(text: string, at: number, isEntry: boolean): ReadValue | undefined {
  let position = matchAt(CLOSERS, text, at)?.end ?? at;
  position = matchAt(TYPE, text, position)?.end ?? position;
  SEPARATOR.lastIndex = position;
  const [whole = '', before = '', separator = '', after = ''] = SEPARATOR.exec(text) ?? [];
  if (separator === '' && before === '' && after === '') return undefined;
  position += whole.length;
  position = matchAt(NEXT_LINE, text, position)?.end ?? position;
  let call = '';
  for (let depth = 0; depth < 2; depth += 1) {
    CALL.lastIndex = position;
    const match = CALL.exec(text);
    if (!match) break;
    call = match[1] ?? call;
    position += match[0].length;
  }
  position = matchAt(LITERAL_PREFIX, text, position)?.end ?? position;
  const shape = { separator, call, isSpaced: before !== '' };
  const quote = matchAt(QUOTE, text, position);
  return quote
    ? readQuoted(text, position, quote.text, shape)
    : readBare(text, position, shape, isEntry && before === '' && separator !== '');
}

type Shape = Pick<ReadValue, 'separator' | 'call' | 'isSpaced'>;

function readQuoted(text: string, at: number, quote: string, shape: Shape): ReadValue | undefined {
  const isTriple = text.startsWith(quote.repeat(3), at);
  const start = skipScheme(text, at + quote.length * (isTriple ? 3 : 1));
  const limit = Math.min(text.length, start + LONGEST_VALUE);
  for (let end = start; end < limit; end += 1) {
    const character = text[end];
    if (character === '\n' || character === '\r') return undefined;
    if (text.startsWith(quote, end))
      return { ...shape, start, end, isQuoted: true, next: text[end + quote.length] ?? '' };
    if (character === '\\') end += 1;
  }
  return undefined;
}

function readBare(text: string, at: number, shape: Shape, isEntry: boolean): ReadValue | undefined {
  const start = skipScheme(text, at);
  const found = matchAt(isEntry ? entryPattern(shape.separator) : WORD, text, start);
  if (!found) return undefined;
  const trimmed = found.text.replace(/[ \t]+#.*$/, '').replace(/[ \t\\]+$/, '');
  const end = start + trimmed.length;
  return { ...shape, start, end, isQuoted: false, next: text[end] ?? '' };
}

function entryPattern(separator: string): RegExp {
  return separator === ':' ? REST_OF_LINE : ENTRY;
}

function skipScheme(text: string, at: number): number {
  return matchAt(SCHEME, text, at)?.end ?? at;
}

function matchAt(pattern: RegExp, text: string, at: number): { text: string; end: number } | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match ? { text: match[0], end: at + match[0].length } : undefined;
}
