/**
 * The forms a value takes on its way through programs: as it is, and in every encoding that tools wrap around it. A
 * form is only what depends on the value alone, so that it is found whatever stands before and after.
 */
export function encodedForms(value: string): ReadonlySet<string> {
  const bytes = Buffer.from(value, 'utf8');
  const json = JSON.stringify(value).slice(1, -1);
  const percent = encodeURIComponent(value.toWellFormed());
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((offset) => base64After(bytes, offset));
  return new Set([
    value,
    json,
    JSON.stringify(json).slice(1, -1),
    percent,
    percent.replaceAll('%20', '+'),
    percent.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    hex.replaceAll(/../g, '%$&'),
    hex,
    hex.toUpperCase(),
    hex.replaceAll(/..(?!$)/g, '$&:'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    // The three ways of a shell: '…', "…" and word by word with backslashes.
    value.replaceAll("'", String.raw`'\''`),
    value.replaceAll(/["$\\`]/g, String.raw`\$&`),
    value.replaceAll(/[^\w@%+=:,./-]/g, String.raw`\$&`),
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    value.replaceAll("'", "''"),
    unicodeEscaped(value),
  ]);
}

/** The base64 characters that are the same whatever `offset` bytes stand before the value. */
function base64After(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

function unicodeEscaped(value: string): string {
  return JSON.stringify(value)
    .slice(1, -1)
    .replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
