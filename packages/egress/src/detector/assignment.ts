import type { FindingTier, SensitiveSpan } from './finding.ts';
import { isIdentifier, isUuid } from './identifier-shape.ts';
import { lineStartBefore } from './line.ts';
import { randomLiteralsAfter } from './line-literal.ts';
import { asksToBeReplaced, isPlaceholder } from './placeholder-shape.ts';
import { looksRandom } from './randomness.ts';
import { strengthOf, type NameStrength } from './secret-name.ts';
import { readValue, type ReadValue } from './value-reader.ts';
import { isBareLiteral, isQuotedLiteral } from './literal.ts';

const STEM =
  /pass|pwd|pw(?![a-z])|secret|token|key|auth|cred|cookie|session|salt|nonce|signature|verifier|seed|hash|jwt|dsn|psw/gi;
const NAME_CHARACTER = /[\w.$-]/;
const LONGEST_NAME = 80;
/** What may stand before the name of an entry in a settings file: nothing, a comment sign, a list sign, `export`. */
const ENTRY_START = /^[\s#;/*!-]{0,40}(?:(?:export|set|ENV|ARG|setenv)[ \t]+|- )?["']?$/;
const LOCATION =
  /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)[\w./~ -]*$|^(?:[a-z][a-z\d+.-]{1,20}:\/\/|file:|classpath:|vault:|ssm:|arn:)|\.(?:pem|key|crt|cer|p12|pfx|jks|json|ya?ml|txt|env|conf|cfg|ini|sh|py|js|ts|go|rb|php|html?|md|xml|sql|log|pub)$/i;
const CONSTANT = /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)*$/;
const WORDS = /^[A-Za-z]+(?:[-_][A-Za-z]+)*$/;
const NUMBER = /^\d+$/;
const NUMBERED = /(?:pass\w*|pwd|pin|secret|key|token)$/i;
const SHORTEST_MAYBE = 8;
const LONGEST_REREAD = 256;

/** Values beside names that say what they are: settings, literals in programs, arguments, headers, cells. */
export function assignedSecretsIn(text: string): SensitiveSpan[] {
  const spans: SensitiveSpan[] = [];
  let readTo = 0;
  for (const { index } of text.matchAll(STEM)) {
    if (index < readTo) continue;
    const { start, end } = nameAround(text, index);
    readTo = end;
    const name = text.slice(start, end);
    const strength = strengthOf(name);
    if (strength === 'none') continue;
    const prefix = text.slice(lineStartBefore(text, start), start);
    const value = readValue(text, end, ENTRY_START.test(prefix));
    const tier = value && tierOf({ text, name, prefix, value, strength });
    // Names inside a value are part of it, and a long value is not read again for each of them.
    if (value && (tier || value.end - value.start > LONGEST_REREAD)) readTo = value.end;
    if (value && tier)
      spans.push({ start: value.start, end: value.end, kind: 'secret', rule: `assigned-${strength}`, tier });
    else if (strength === 'secret') spans.push(...randomLiteralsAfter(text, end));
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

interface Assignment {
  readonly text: string;
  readonly name: string;
  /** What stands before the name in its line. */
  readonly prefix: string;
  readonly value: ReadValue;
  readonly strength: NameStrength;
}

function tierOf({ text, name, prefix, value, strength }: Assignment): FindingTier | undefined {
  const content = text.slice(value.start, value.end);
  if (isPlaceholder(content) || LOCATION.test(content) || namesASecret(content, name, value.separator))
    return undefined;
  // Counts of tokens and times of keys are numbers, and so are some passwords.
  if (NUMBER.test(content) && !NUMBERED.test(name)) return undefined;
  const isRandom = looksRandom(content) && !isIdentifier(content);
  const isLiteral = value.isQuoted
    ? isQuotedLiteral(value, content, isRandom)
    : isBareLiteral(text, prefix, value, content, isRandom);
  if (!isLiteral) return undefined;
  if (strength === 'maybe') return isRandom && content.length >= SHORTEST_MAYBE ? 'redact' : undefined;
  if (isRandom) return asksToBeReplaced(content) ? 'redact' : 'block';
  return isUuid(content) || !isIdentifier(content) ? 'redact' : undefined;
}

/** `password: PASSWORD`, `token_secret: 'token_secret'`, a list of names: the name of a secret in place of one. */
function namesASecret(content: string, name: string, separator: string): boolean {
  if (name.endsWith(content) && content.length > 'password'.length) return true;
  if (!CONSTANT.test(content) && !(separator === ',' && WORDS.test(content))) return false;
  return strengthOf(content) !== 'none';
}
