/** A value beside a name: where it stands, and how it was written. */
export interface ReadValue {
  readonly start: number;
  readonly end: number;
  readonly separator: string;
  readonly isQuoted: boolean;
  /** The name itself stands in quotes, as in JSON or in an argument. */
  readonly isNameQuoted: boolean;
  /** The name of the call the value is an argument of: `String` in `String("…")`. */
  readonly call: string;
  /** A space stands before the separator, as programs and some INI files write it. */
  readonly isSpaced: boolean;
  /** What follows the value, up to the next word. */
  readonly next: string;
}

const LONGEST_VALUE = 4096;
const CLOSERS = /(?:(?:\\{0,3}["'`]|&quot;|&#3[49];|%2[27])[\])}]{0,2}|\])?/y;
/** `: String` in `password: String = "…"`, `string` in `password string = "…"`. */
const TYPE =
  /[ \t]{0,8}:[ \t]{0,8}[A-Za-z_&*?][\w<>[\]&*?.' ]{0,40}?[ \t]{0,8}(?==[^=>])|[ \t]{1,4}(?:string|String|str|\[\]byte)[ \t]{1,8}(?==)/y;
const SEPARATOR =
  /([ \t]{0,60})(:=|=>|===?|!==?|\|\|=?|\?\?=?|\?[=:]|\+=|->|<-|::|&#61;|%3[AD]|[:=,(>|]|(?:is|to|was):?(?=[ \t])|-(?=[ \t])|)([ \t]{0,60})/y;
const NEXT_LINE = /[ \t]{0,8}\r?\n[ \t]{0,60}(?=\\?["'`])/y;
/** Calls and prefixes before a literal: `aws.String(`, `new Credential(`, `[]byte(`, `b"…"`. */
const CALL = /((?:new |await )?[A-Za-z_$[\]][\w.:$[\]<>]{0,60})?[([{][ \t]{0,4}(?=\\?["'`])/y;
const LITERAL_PREFIX = /(?:[bBrRuUfFLN@]|rb|br)(?=["'])/y;
const QUOTE = /\\{0,3}["'`]|&quot;|&#3[49];|%2[27]/y;
const SCHEME =
  /(?:(?:Bearer|Basic|Token|Digest|ApiKey|Negotiate|Splunk)[ \t]{1,4}|GoogleLogin auth=|base64:|pass:|plain:|\{(?:noop|bcrypt|cipher|SSHA|SHA|MD5)\})/iy;
const WORD = /[^\s"'`,;<>(){}[\]|&\\]{1,4096}/y;
/** A line end that is spelt out ends an entry as well. */
const ENTRY = /(?:[^\s"'`\\]|\\(?![nr])){1,4096}/y;
const REST_OF_LINE = /[^\s"'#&|>{[][^\r\n]{0,4095}/y;

type Shape = Pick<ReadValue, 'separator' | 'call' | 'isSpaced' | 'isNameQuoted'>;

/** What is written as the value of the name that ends at `at`; undefined where no value follows. */
export function readValue(text: string, at: number, isEntry: boolean): ReadValue | undefined {
  const nameEnd = endOf(CLOSERS, text, at);
  const typeEnd = endOf(TYPE, text, nameEnd);
  SEPARATOR.lastIndex = typeEnd;
  const [whole = '', before = '', separator = '', after = ''] = SEPARATOR.exec(text) ?? [];
  if (separator === '::' || (separator === '' && before === '' && after === '')) return undefined;
  let position = endOf(NEXT_LINE, text, typeEnd + whole.length);
  let call = '';
  for (let depth = 0; depth < 2; depth += 1) {
    CALL.lastIndex = position;
    const match = CALL.exec(text);
    if (!match) break;
    call = match[1] ?? call;
    position += match[0].length;
  }
  position = endOf(LITERAL_PREFIX, text, position);
  const isNameQuoted = nameEnd > at;
  const shape = { separator, call, isSpaced: before !== '', isNameQuoted };
  const quoteEnd = endOf(QUOTE, text, position);
  if (quoteEnd > position) return readQuoted(text, position, text.slice(position, quoteEnd), shape);
  return readBare(text, position, shape, isEntry && !isNameQuoted && separator !== '');
}

function readQuoted(text: string, at: number, quote: string, shape: Shape): ReadValue | undefined {
  const isTriple = text.startsWith(quote.repeat(3), at);
  const start = endOf(SCHEME, text, at + quote.length * (isTriple ? 3 : 1));
  const limit = Math.min(text.length, start + LONGEST_VALUE);
  for (let end = start; end < limit; end += 1) {
    const character = text[end];
    if (character === '\n' || character === '\r') return undefined;
    if (text.startsWith(quote, end))
      return { ...shape, start, end, isQuoted: true, next: following(text, end + quote.length) };
    if (character === '\\') end += 1;
  }
  return undefined;
}

function readBare(text: string, at: number, shape: Shape, isEntry: boolean): ReadValue | undefined {
  const start = endOf(SCHEME, text, at);
  const pattern = isEntry ? entryPattern(shape) : WORD;
  const found = text.slice(start, endOf(pattern, text, start));
  const value = found.replace(/[ \t]+(?:#|\/\/).*$/, '').replace(/[ \t\\]+$/, '');
  if (value === '') return undefined;
  const end = start + value.length;
  return { ...shape, start, end, isQuoted: false, next: following(text, end) };
}

/** In YAML a value reaches to the end of its line, in an environment file or an INI file to the next space. */
function entryPattern({ separator, isSpaced }: Shape): RegExp {
  if (separator === ':') return REST_OF_LINE;
  return separator === '=' && !isSpaced ? ENTRY : WORD_WITH_SIGNS;
}

const WORD_WITH_SIGNS = /[^\s"'`,;(){}\\][^\s"'`,;]{0,4095}/y;

function following(text: string, at: number): string {
  return /^[^\w\r\n]{0,8}/.exec(text.slice(at, at + 8))?.[0] ?? '';
}

/** Where a match that begins at `at` ends; `at` where there is none. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}
