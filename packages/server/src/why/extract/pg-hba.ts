import { Unreadable, type Leaf } from './tree.ts';

const RECORD = /^(?:local|host|hostssl|hostnossl|hostgssenc|hostnogssenc)$/;
const MASK = /^(?:\d{1,3}\.){3}\d{1,3}$|^[0-9a-f:]*:[0-9a-f:]*$/i;

/**
 * `pg_hba.conf`: whom a record is about is its name, how he is let in its value; by position where two are about the same.
 * Throws `Unreadable`.
 */
export function readPgHba(text: string): Leaf[] {
  const records = text.split(/\r?\n/).flatMap((line) => {
    const words = line.replace(/#.*$/, '').trim();
    return words === '' ? [] : [recordOf(words)];
  });
  const names = new Set(records.map(({ who }) => who));
  return records.map(({ who, how }, at) => {
    const position = [`${at}`];
    return { path: names.size === records.length ? [who] : position, position, value: how };
  });
}

function recordOf(words: string): { readonly who: string; readonly how: string } {
  const fields = words.split(/\s+/);
  const [type = ''] = fields;
  if (!RECORD.test(type) || /["\\]/.test(words)) throw new Unreadable('not a record of pg_hba.conf');
  const address = type === 'local' ? 0 : MASK.test(fields[4] ?? '') ? 2 : 1;
  const method = 3 + address;
  if (fields.length <= method) throw new Unreadable('not a record of pg_hba.conf');
  return { who: fields.slice(0, method).join(' '), how: fields.slice(method).join(' ') };
}
