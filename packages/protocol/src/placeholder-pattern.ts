const NUMBER = String.raw`\d{1,7}`;
const HEX = '[0-9a-f]';
const TAG = `${HEX}{8}`;
/** The body of a request is JSON: what stands before a word may be the last character of an escape. */
const AFTER_ESCAPE = String.raw`(?<=\\(?:[bfnrtv]|u[0-9a-f]{4}))`;
const WORD_START = String.raw`(?:(?<![\w-])|${AFTER_ESCAPE})`;
const WORD_END = String.raw`(?![\w-]|\.[\w-])`;
const ADDRESS_START = String.raw`(?:(?<!\d)(?<!\d\.)|${AFTER_ESCAPE})`;
/** After a backslash the first letter may be the rest of an escaped tab. */
const IDENTIFIER = String.raw`(?<!\\)[tcs]`;

/**
 * Per kind the form a vault gives, then what only resembles it: cut off, prolonged, of another case. What resembles one
 * and was not issued is a forgery, so the second must take in everything the first does not.
 */
const whole = {
  token: `zqx_(?:secret|key|card|iban)_${NUMBER}_${TAG}`,
  likeToken: `zqx_(?:(?!zqx_)[a-z0-9_]){0,64}`,
  host: String.raw`${WORD_START}h${NUMBER}-${TAG}\.zqx\.invalid${WORD_END}`,
  email: String.raw`${WORD_START}e${NUMBER}-${TAG}@zqx\.invalid${WORD_END}`,
  likeHost: String.raw`zqx\.invalid`,
  // RFC 5737, and RFC 2544 once those are used up.
  ip: String.raw`${ADDRESS_START}(?:192\.0\.2|198\.51\.100|203\.0\.113|198\.1[89]\.\d{1,3})\.\d{1,3}(?!\d)(?!\.\d)`,
  // RFC 3849
  ip6: `(?:(?<![0-9a-f:])|${AFTER_ESCAPE})2001:db8:(?:${HEX}{1,4}:){5}${HEX}{4}(?!${HEX})(?!:[0-9a-f:])`,
  likeIp6: `2001:0?db8:[0-9a-f:.]{0,48}`,
  identifier: `${IDENTIFIER}_${NUMBER}_${TAG}`,
} as const;

/** As a group of {@link placeholderPattern} is called. */
export type PlaceholderForm = keyof typeof whole;

export function placeholderPattern(): RegExp {
  const alternatives = Object.entries(whole).map(([name, form]) => `(?<${name}>${form})`);
  return new RegExp(alternatives.join('|'), 'gi');
}

/** What more text can still make a placeholder of; only at the end of a text. */
export function unfinishedPlaceholderPattern(): RegExp {
  const tag = Array.from({ length: 8 }, () => HEX);
  const alternatives = [
    unfinished(letters('zqx_')),
    unfinished([`${WORD_START}h`, NUMBER, '-', ...tag, ...letters('.zqx.invalid')]),
    unfinished([`${WORD_START}e`, NUMBER, '-', ...tag, ...letters('@zqx.invalid')]),
    unfinished(letters('zqx.invalid')),
    ...['192.0.2.', '198.51.100.', '203.0.113.'].map((start) => ADDRESS_START + unfinished(letters(start))),
    ADDRESS_START + unfinished([...letters('198.1'), '[89]', String.raw`\.`, String.raw`\d{1,3}`, String.raw`\.`]),
    unfinished(letters('2001:db8:')),
    unfinished(letters('2001:0db8:')),
    unfinished([IDENTIFIER, '_', NUMBER, '_', ...tag]),
  ];
  return new RegExp(alternatives.join('|'), 'gi');
}

function letters(text: string): string[] {
  return Array.from(text, (letter) => letter.replace('.', String.raw`\.`));
}

/** Matches any beginning of a sequence that the end of the text cuts off. */
function unfinished(parts: readonly string[]): string {
  return parts.reduceRight((rest, part) => (rest === '' ? `${part}$` : `${part}(?:$|${rest})`), '');
}
