import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

/** What programs make of a value they were given. */
export interface Wrapping {
  readonly name: string;
  readonly wrap: (text: string) => string;
}

const each = (text: string, write: (codePoint: number, character: string) => string): string =>
  Array.from(text, (character) => write(character.codePointAt(0) ?? 0, character)).join('');
const units = (text: string): number[] => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8');
const wrapped = (text: string, width: number, indent: string): string =>
  (text.match(new RegExp(`.{1,${width}}`, 'gs')) ?? []).map((line) => `${indent}${line}`).join('\n');

/** Those in which what is escaped can be found again whatever was done to it before. */
export const escapes: readonly Wrapping[] = [
  { name: 'JSON', wrap: (text) => JSON.stringify({ value: text }) },
  { name: 'JSON, slashes escaped', wrap: (text) => JSON.stringify([text]).replaceAll('/', String.raw`\/`) },
  {
    name: 'JSON in ASCII',
    wrap: (text) =>
      `"${units(text)
        .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
        .join('')}"`,
  },
  { name: 'URL', wrap: (text) => `https://host/path?a=${encodeURIComponent(text)}&b=c` },
  {
    name: 'URL in lower case',
    wrap: (text) => encodeURIComponent(text).replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
  },
  { name: 'URL, every byte', wrap: (text) => bytesOf(text).toString('hex').replaceAll(/../g, '%$&') },
  { name: 'form', wrap: (text) => new URLSearchParams({ a: text }).toString() },
  {
    name: 'HTML',
    wrap: (text) => `<td>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}</td>`,
  },
  { name: 'HTML in decimals', wrap: (text) => each(text, (codePoint) => `&#${codePoint};`) },
  { name: 'HTML in hexadecimals', wrap: (text) => each(text, (codePoint) => `&#x${codePoint.toString(16)};`) },
  { name: 'single-quoted shell', wrap: (text) => `pw='${text.replaceAll("'", String.raw`'\''`)}'` },
  { name: 'double-quoted shell', wrap: (text) => `pw="${text.replaceAll(/["$\\`]/g, String.raw`\$&`)}"` },
  { name: 'shell with backslashes', wrap: (text) => `pw=${text.replaceAll(/[^\w@%+=:,./\n-]/gu, String.raw`\$&`)}` },
  {
    name: 'ANSI-C shell',
    wrap: (text) =>
      `$'${bytesOf(text)
        .toString('hex')
        .replaceAll(/../g, String.raw`\x$&`)}'`,
  },
  { name: 'SQL', wrap: (text) => `alter role app password '${text.replaceAll("'", "''")}'` },
  { name: 'single-quoted YAML', wrap: (text) => `password: '${text.replaceAll("'", "''")}'` },
  { name: 'folded YAML', wrap: (text) => `password: "${JSON.stringify(text).slice(1, -1).replaceAll(' ', '\n    ')}"` },
  {
    name: 'block of YAML',
    wrap: (text) =>
      `password: |\n${text
        .split('\n')
        .map((line) => `    ${line}`)
        .join('\n')}\n`,
  },
];

export const codings: readonly Wrapping[] = [
  { name: 'base64', wrap: (text) => bytesOf(text).toString('base64') },
  { name: 'base64 after one byte', wrap: (text) => bytesOf(`:${text}.`).toString('base64') },
  { name: 'base64 after two bytes', wrap: (text) => bytesOf(`a:${text}`).toString('base64') },
  { name: 'base64url', wrap: (text) => bytesOf(`{"${text}"}`).toString('base64url') },
  { name: 'wrapped base64', wrap: (text) => wrapped(bytesOf(text).toString('base64'), 60, '      ') },
  { name: 'hexadecimals', wrap: (text) => bytesOf(`x${text}`).toString('hex') },
  { name: 'upper-case hexadecimals', wrap: (text) => bytesOf(text).toString('hex').toUpperCase() },
];

export const separated: readonly Wrapping[] = [
  {
    name: 'hexadecimals with colons',
    wrap: (text) =>
      bytesOf(text)
        .toString('hex')
        .replaceAll(/..(?!$)/g, '$&:'),
  },
  {
    name: 'hexadecimals with spaces',
    wrap: (text) =>
      bytesOf(text)
        .toString('hex')
        .replaceAll(/..(?!$)/g, '$& '),
  },
  { name: 'list of bytes', wrap: (text) => JSON.stringify(bytesOf(text)) },
  { name: 'UTF-16 in base64', wrap: (text) => Buffer.from(`a${text}`, 'utf16le').toString('base64') },
];

export const packings: readonly Wrapping[] = [
  { name: 'gzip', wrap: (text) => gzipSync(bytesOf(`before ${text} after`)).toString('base64') },
  {
    name: 'gzip, wrapped',
    wrap: (text) => `cert:\n${wrapped(gzipSync(bytesOf(`${text}\n`)).toString('base64'), 64, '  ')}\n`,
  },
  {
    name: 'gzip, base64 twice',
    wrap: (text) => bytesOf(gzipSync(bytesOf(text)).toString('base64')).toString('base64'),
  },
  { name: 'gzip in hexadecimals', wrap: (text) => String.raw`\x` + gzipSync(bytesOf(text)).toString('hex') },
  { name: 'zlib', wrap: (text) => deflateSync(bytesOf(`before ${text} after`)).toString('base64') },
  { name: 'raw deflate', wrap: (text) => deflateRawSync(bytesOf(`before ${text} after`)).toString('base64url') },
];
