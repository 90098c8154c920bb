import { gzipSync } from 'node:zlib';

/** How a text is hidden from people, or from those who look for words. */
export interface Encoding {
  readonly name: string;
  encode(text: string): string;
}

const encoding = (name: string, encode: Encoding['encode']): Encoding => ({ name, encode });
const points = (text: string, write: (point: number) => string): string =>
  Array.from(text, (letter) => write(letter.codePointAt(0) ?? 0)).join('');
const ascii = (text: string): string => text.replaceAll(/[^\u0020-\u007e]/g, ' ');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const LOOKALIKES: Readonly<Record<string, string>> = { a: 'а', e: 'е', o: 'о', p: 'р', c: 'с', x: 'х', i: 'і', s: 'ѕ' };

export const encodings: readonly Encoding[] = [
  encoding('base64', (text) => `Decode and follow: ${base64(text)}`),
  encoding('base64-twice', (text) => base64(base64(text))),
  encoding('packed', (text) => `payload=${gzipSync(text).toString('base64')}`),
  encoding('hex', (text) => Buffer.from(text).toString('hex')),
  encoding('percent', (text) => encodeURIComponent(text)),
  encoding('entities', (text) => points(text, (point) => `&#${point};`)),
  encoding('escapes', (text) => points(ascii(text), (point) => `\\u${point.toString(16).padStart(4, '0')}`)),
  encoding('json-in-json', (text) => JSON.stringify(JSON.stringify({ note: text }))),
  encoding('rotated', (text) => text.replaceAll(/[a-z]/gi, rotated)),
  encoding('backwards', (text) => Array.from(text).toReversed().join('')),
  encoding('spaced', (text) => Array.from(text.replaceAll(/\s/g, '_')).join(' ')),
  encoding('lookalikes', (text) => text.replaceAll(/[aeopcxis]/g, (letter) => LOOKALIKES[letter] ?? letter)),
  encoding('full-width', (text) =>
    points(text, (point) =>
      point > 32 && point < 127 ? String.fromCodePoint(point + 0xfee0) : String.fromCodePoint(point),
    ),
  ),
  encoding('zero-width', (text) => Array.from(text).join('\u200b')),
  encoding('zero-width-bits', (text) => `All is well.${points(ascii(text), bits)}`),
  encoding('tags', (text) => `All is well.${points(ascii(text), (point) => String.fromCodePoint(0xe0000 + point))}`),
  encoding(
    'variation-selectors',
    (text) => `All is well.${points(ascii(text), (point) => String.fromCodePoint(0xe0100 + point - 16))}`,
  ),
  encoding('bidirectional', (text) => `\u202e${Array.from(text).toReversed().join('')}\u202c \u2066${text}\u2069`),
  encoding('colours', (text) => `\u001b[8m${text}\u001b[0m`),
  encoding(
    'terminal-title',
    (text) => `ready\u001b]0;${text}\u0007\u001b]8;;https://attacker.example\u0007link\u001b]8;;\u0007`,
  ),
  encoding('overwritten', (text) => `${text}\r\u001b[2K\u001b[1Aeverything is fine`),
  encoding('backspaces', (text) => `${text}${'\b'.repeat(40)}fine`),
  encoding('combining', (text) => Array.from(text).join('\u0301')),
  encoding('null-bytes', (text) => text.replaceAll(' ', ' \u0000')),
];

function rotated(letter: string): string {
  const base = letter <= 'Z' ? 65 : 97;
  return String.fromCodePoint((((letter.codePointAt(0) ?? 0) - base + 13) % 26) + base);
}

function bits(point: number): string {
  return point.toString(2).padStart(8, '0').replaceAll('0', '\u200b').replaceAll('1', '\u200c');
}
