import type { FindingTier, SensitiveSpan } from './finding.ts';
import { isIdentifier, isUuid } from './identifier-shape.ts';
import { asksToBeReplaced, isPlaceholder } from './placeholder-shape.ts';
import { looksRandom } from './randomness.ts';
import { strengthOf, type NameStrength } from './secret-name.ts';
import { readValue, type ReadValue } from './value-reader.ts';

const STEM =
  /pass|pwd|pw(?![a-z])|secret|token|key|auth|cred|cookie|session|salt|nonce|signature|verifier|seed|hash|jwt|dsn|psw/gi;
const NAME_CHARACTER = /[\w.$-]/;
const LONGEST_NAME = 80;
/** What may stand before the name of an entry in a settings file: nothing, a comment sign, a list sign, `export`. */
const ENTRY_START = /^[\s#;/*-]{0,40}(?:(?:export|set|ENV|ARG|setenv)[ \t]+|- )?["']?$/;
/** Signs that a line is a statement of a program, in which bare words are names of other things. */
const STATEMENT =
  /^\s*(?:const|let|var|val|def|final|public|private|protected|static|return|if|func|fun|function|for|while|import|package|class|this\.|self\.|@|assert|elif|else|case|throw|await|async|type|interface|new)\b|[;{]\s*$|\)\s*$/;
const BARE_NAME = /^[A-Za-z_$][\w$]*[?!]?$/;
const EXPRESSION =
  /^[!&*~]?[A-Za-z_$@][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$][\w$]*)+[?!]?$|^[A-Za-z_$][\w$.]*[([<]|=>|::|->|\+\+|&&|\|\|/;
const LOCATION =
  /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)[\w./~ -]*$|^(?:https?|file|classpath|s3|gs|vault|ssm|secretsmanager|op):\/?\/?|\.(?:pem|key|crt|cer|p12|pfx|jks|json|ya?ml|txt|env|conf|cfg|ini|sh|py|js|ts|go|rb|php|html?|md|xml|sql|log|pub)$/i;
const LOOKUP =
  /env|get|find|lookup|param|prompt|input|ask|query|select|test|match|includes|contains|indexOf|equal|split|join|log|print|error|errorf|describe|it|replace|column|field|require|import|fetch/i;
const PROSE = /\s\S+\s/;
const SHORTEST_MAYBE = 8;

/** Values beside names that say what they are: settings, literals in programs, arguments, headers, cells. */
export function assignedSecretsIn(text: string): SensitiveSpan[] {
  const spans: SensitiveSpan[] = [];
  let readTo = 0;
  for (const { index } of text.matchAll(STEM)) {
    if (index < readTo) continue;
    const { start, end } = nameAround(text, index);
    readTo = end;
    const strength = strengthOf(text.slice(start, end));
    if (strength === 'none') continue;
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const prefix = text.slice(Math.max(lineStart, start - 200), start);
    const value = readValue(text, end, ENTRY_START.test(prefix));
    const tier = value && tierOf(text, prefix, value, strength);
    if (!value || !tier) continue;
    spans.push({ start: value.start, end: value.end, kind: 'secret', rule: `assigned-${strength}`, tier });
  }
  return spans;
}

function nameAround(text: string, index: number): { start: number; end: number } {
  let start = index;
  while (start > 0 && index - start < LONGEST_NAME && NAME_CHARACTER.test(text[start - 1] ?? '')) start -= 1;
  let end = index;
  while (end < text.length && end - index < LONGEST_NAME && NAME_CHARACTER.test(text[end] ?? '')) end += 1;
  while (end > index && /[.-]/.test(text[end - 1] ?? '')) end -= 1;
  return { start, end };
}

function tierOf(text: string, prefix: string, value: ReadValue, strength: NameStrength): FindingTier | undefined {
  const content = text.slice(value.start, value.end);
  if (isPlaceholder(content) || LOCATION.test(content)) return undefined;
  const isRandom = looksRandom(content) && !isIdentifier(content);
  const isLiteral = value.isQuoted ? isQuotedLiteral(value, content) : isBareLiteral(text, prefix, value, content);
  if (strength === 'maybe') return isRandom && isLiteral && content.length >= SHORTEST_MAYBE ? 'redact' : undefined;
  if (isRandom && (isLiteral || /\d/.test(content)) && !PROSE.test(content))
    return asksToBeReplaced(content) ? 'redact' : 'block';
  return isLiteral && (isUuid(content) || !isIdentifier(content)) ? 'redact' : undefined;
}

function isQuotedLiteral({ separator, call, next }: ReadValue, content: string): boolean {
  if (LOOKUP.test(call) || PROSE.test(content) || /\s$/.test(content)) return false;
  if ((separator === '' || separator === ',' || separator === '(') && /\s/.test(content)) return false;
  // A name in quotes that a value follows is a key itself.
  return next !== ':' && !EXPRESSION.test(content);
}

function isBareLiteral(text: string, prefix: string, value: ReadValue, content: string): boolean {
  const { separator, isSpaced, next } = value;
  if (/^[-+]?[\d.,]+[a-z%]{0,2}$/.test(content) && content.length < 6) return false;
  if (separator === '' || separator === ',' || separator === '(' || separator === '|' || separator === '>')
    return false;
  if (/[=!]=/.test(separator)) return false;
  if (EXPRESSION.test(content) || /[({]$/.test(content) || next === '(' || next === '[') return false;
  if (PROSE.test(content)) return false;
  if (!BARE_NAME.test(content)) return true;
  const lineEnd = text.indexOf('\n', value.end);
  const line = prefix + text.slice(value.start, lineEnd < 0 ? value.end + 200 : Math.min(lineEnd, value.end + 200));
  if (STATEMENT.test(line) || next === ',' || next === ')' || next === ';') return false;
  return separator === '=' ? !isSpaced : separator === ':';
}
