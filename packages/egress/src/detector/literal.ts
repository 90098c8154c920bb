import { lineEndAfter, lineStartBefore } from './line.ts';
import { strengthOf } from './secret-name.ts';
import type { ReadValue } from './value-reader.ts';

/** Signs that a line is a statement of a program, in which bare words are names of other things. */
const STATEMENT =
  /^\s*(?:const|let|var|val|def|final|public|private|protected|static|return|if|func|fun|function|for|while|import|package|class|this\.|self\.|@|assert|elif|else|case|throw|await|async|type|interface|new)\b|[;{]\s*$|\)\s*$/;
const BARE_NAME = /^[A-Za-z_$]\w*$/;
const CAMEL_CASE = /^[a-z]+(?:[A-Z][a-z]+)+$/;
const EXPRESSION =
  /^[!&*~]?[A-Za-z_$@][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$][\w$]*)+[?!]?$|^[A-Za-z_$][\w$.]*[([<]|=>|::|->|\+\+|&&|\|\||^['"`]?\s*[+.]\s|\s[+.]\s*['"`]?$/;
/** Calls whose argument names a thing to look for. */
const LOOKUP =
  /env|get|find|lookup|param|prompt|input|ask|query|select|test|match|includes|contains|indexOf|equal|split|join|log|print|error|describe|it$|replace|column|field|require|import|fetch/i;
const PROSE = /\s\S+\s/;
/** `password is x`, `Password - x`, `| password | x |`: in words and tables only what looks drawn by chance is a value. */
const SAID = /^(?:(?:is|to|was):?|-|\|)$/;
const SHORTEST_SAID = 6;
const LONG = 8;
/** The fields before a password in a connection string. */
const CONNECTION = /(?:server|data source|host|user(?: ?id)?|uid|database|initial catalog)=[^;]{0,80};\s?$/i;
const SHORT_NUMBER = /^[-+]?[\d.,]{1,5}[a-z%]{0,2}$/;
/** A line of a settings file: empty, a comment, a section, or one more entry. */
const SETTING = /^\s*(?:[#;!].*|\[[^\]]*\]|(?:export |- )?["']?[\w./-]{1,80}["']?\s*[=:]\s*[^(){};]*|)$/;

/** Whether a value in quotes is itself the value, not a name of something or a sentence. */
export function isQuotedLiteral(value: ReadValue, content: string, isRandom: boolean): boolean {
  const { separator, call, next, isNameQuoted } = value;
  // A name in quotes that a value follows is a key itself.
  if (/^["'\])]?\s*(?::|=>)/.test(next) || LOOKUP.test(call)) return false;
  if (separator === ',' && !isNameQuoted) return false;
  if (isRandom) return !/^\W*$/.test(content) && (!PROSE.test(content) || /\d/.test(content));
  if (PROSE.test(content) || /\s$/.test(content) || EXPRESSION.test(content)) return false;
  if (separator === '(' || separator === '' || /[=!]=|is|to|was/.test(separator)) return /\d|[^\w\s-]/.test(content);
  return !(separator === ',' && /\s/.test(content));
}

/** In shorter words without a digit chance is hard to tell from an abbreviation. */
function isLongOrMixed(content: string): boolean {
  return content.length >= LONG || (content.length >= SHORTEST_SAID && /\d/.test(content));
}

/** Whether bare characters are the value, not an expression that stands for it. */
export function isBareLiteral(
  text: string,
  prefix: string,
  value: ReadValue,
  content: string,
  isRandom: boolean,
): boolean {
  const { separator, next } = value;
  if (SAID.test(separator)) return isRandom && isLongOrMixed(content) && !EXPRESSION.test(content);
  if (!/^(?::|=|:=|=>|\?=|&#61;|%3[AD]|)$/.test(separator) || SHORT_NUMBER.test(content)) return false;
  if (EXPRESSION.test(content) || /[({[,;]$/.test(content) || /^[([.]/.test(next) || PROSE.test(content)) return false;
  if (separator === '') return isArgument(prefix, content, isRandom);
  if (!BARE_NAME.test(content)) return true;
  const line = lineAround(text, prefix, value);
  if (STATEMENT.test(line) || /^\s*[,);]/.test(next))
    return CONNECTION.test(prefix) || (isRandom && isLongOrMixed(content) && strengthOf(content) === 'none');
  if (isRandom && content.length >= LONG) return true;
  if (separator === '=') return value.isSpaced ? isAmongSettings(text, value, content) : true;
  return separator === ':' && !CAMEL_CASE.test(content);
}

/** `requirepass x`, `--password x`, `set PASSWORD x`: directives without a separator, where a word alone says little. */
function isArgument(prefix: string, content: string, isRandom: boolean): boolean {
  return (
    /(?:^|\s|\\)(?:set\s{1,4})?-{0,2}$/.test(prefix) &&
    prefix.length < 40 &&
    /[A-Za-z]/.test(content) &&
    (/\d/.test(content) || (isRandom && content.length >= SHORTEST_SAID))
  );
}

function lineAround(text: string, prefix: string, { start, end }: ReadValue): string {
  return prefix + text.slice(start, lineEndAfter(text, end));
}

/** `password = word` is an entry among entries, and a statement among statements. */
function isAmongSettings(text: string, { start, end }: ReadValue, content: string): boolean {
  if (CAMEL_CASE.test(content) || strengthOf(content) !== 'none') return false;
  const previousEnd = Math.max(0, lineStartBefore(text, start) - 1);
  const followingStart = Math.min(text.length, lineEndAfter(text, end) + 1);
  const previous = text.slice(lineStartBefore(text, previousEnd), previousEnd);
  const following = text.slice(followingStart, lineEndAfter(text, followingStart));
  return SETTING.test(previous.trimEnd()) && SETTING.test(following.trimEnd());
}
