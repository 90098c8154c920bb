import { squeezed } from './white-space.ts';

/**
 * The forms a value takes on its way through programs, without white space: as it is, escaped as tools escape it, and
 * these in base64 and hexadecimal, also of base64. A form is only what depends on the value alone, so that it is found
 * whatever stands before and after. Escapes that may be written in many ways are undone in the text instead.
 */
export function encodedForms(value: string): ReadonlySet<string> {
  const escaped = escapedForms(value);
  const bytes = Buffer.from(value, 'utf8');
  const base64 = base64Forms(bytes);
  const hex = bytes.toString('hex');
  const forms = new Set([
    ...escaped,
    ...base64,
    // As PowerShell hands over commands and secure strings.
    ...base64Forms(Buffer.from(value, 'utf16le')),
    ...separatedBytes(bytes),
  ]);
  for (const inner of [...escaped, ...base64, hex, hex.toUpperCase()]) {
    const innerBytes = Buffer.from(inner, 'utf8');
    for (const form of base64Forms(innerBytes)) forms.add(form);
    const innerHex = innerBytes.toString('hex');
    forms.add(innerHex).add(innerHex.toUpperCase());
  }
  return new Set([...forms].map(squeezed));
}

function escapedForms(value: string): ReadonlySet<string> {
  const json = JSON.stringify(value).slice(1, -1);
  const percent = encodeURIComponent(value.toWellFormed());
  return new Set([
    value,
    json,
    JSON.stringify(json).slice(1, -1),
    asciiJson(json),
    // What a form makes of spaces stays when percent escapes are undone.
    value.replaceAll(' ', '+'),
    percent,
    percent.replaceAll('%20', '+'),
    percent.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    new URLSearchParams({ v: value.toWellFormed() }).toString().slice(2),
    // The three ways of a shell: '…', "…" and word by word with backslashes.
    value.replaceAll("'", String.raw`'\''`),
    value.replaceAll(/["$\\`]/g, String.raw`\$&`),
    value.replaceAll(/[^\w@%+=:,./-]/g, String.raw`\$&`),
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    // SQL and YAML double the one quotation mark, CSV the other.
    value.replaceAll("'", "''"),
    value.replaceAll('"', '""'),
  ]);
}

/** At each of three alignments, in both alphabets, the characters that are the same whatever stands before and after. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const own = text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function separatedBytes(bytes: Buffer): string[] {
  const pairs = bytes.toString('hex').match(/../g) ?? [];
  const separated = [':', '-', '+', ',', ',0x'].map((separator) => pairs.join(separator));
  return [...separated, ...separated.map((text) => text.toUpperCase().replaceAll('X', 'x')), [...bytes].join(',')];
}

function asciiJson(json: string): string {
  return json.replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
