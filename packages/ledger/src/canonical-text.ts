import { parseCanonicalJson } from '@duovir/protocol';

/**
 * `parseCanonicalJson`, quickly where the text is plain. Without a backslash no string can be written in two ways, numbers are
 * written as ECMAScript does, and names in order are in the only order there is; whatever is not that plain is left to the slow
 * way, which also says what is wrong with it.
 */
export function readCanonicalJson(text: string): unknown {
  return plainValue(text) ?? parseCanonicalJson(text);
}

function plainValue(text: string): unknown {
  if (!text.startsWith('{') || text.includes('\\')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The slow way fails on it too, and with a reason.
    return undefined;
  }
  return JSON.stringify(value) === text && isInOrder(value) ? value : undefined;
}

/** RFC 8785 orders names by UTF-16 code units, which is how JavaScript compares strings. */
function isInOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let last: string | undefined;
  for (const [name, member] of Object.entries(value)) {
    if (last !== undefined && last >= name) return false;
    if (!isInOrder(member)) return false;
    last = name;
  }
  return true;
}
