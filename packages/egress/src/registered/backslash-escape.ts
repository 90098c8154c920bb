import { digitsAt, undoEscapes, type Escape, type Undo } from './escape-reader.ts';

const BACKSLASH = 92;
const BRACE = 123;
const END_BRACE = 125;
const LINE_FEED = 10;
const RETURN = 13;
const named = new Map(
  [...'a\x07b\bf\fn\nr\rt\tv\ve\x1b'.matchAll(/(.)([\s\S])/g)].map(([, name = '', to = '']) => [
    name.charCodeAt(0),
    to.charCodeAt(0),
  ]),
);

/** As JSON, JavaScript, YAML, shells and C write characters with a backslash. */
export const undoBackslashes: Undo = (view, reach) => undoEscapes(view, reach, BACKSLASH, escapeAt);

function escapeAt(units: Uint16Array, at: number): Escape | undefined {
  const next = units[at + 1];
  if (next === undefined || units[at] !== BACKSLASH) return undefined;
  const end = at + 2;
  switch (String.fromCharCode(next)) {
    case 'u':
    case 'U':
      return unicodeAt(units, at) ?? { kind: 'character', codePoint: next, end };
    case 'x': {
      const digits = digitsAt(units, end, 16, 2);
      return digits ? { kind: 'byte', byte: digits.value, end: digits.end } : undefined;
    }
    case '\r':
    case '\n':
      return { kind: 'nothing', end: afterIndent(units, end) };
  }
  const octal = digitsAt(units, at + 1, 8, 3);
  if (octal) return { kind: 'byte', byte: octal.value & 255, end: octal.end };
  return { kind: 'character', codePoint: named.get(next) ?? next, end };
}

/** `\u` with four digits, `\U` with eight, or any number of them in braces. */
function unicodeAt(units: Uint16Array, at: number): Escape | undefined {
  const braced = units[at + 2] === BRACE;
  const wanted = units[at + 1] === 85 ? 8 : 4;
  const digits = braced ? digitsAt(units, at + 3, 16, 6) : digitsAt(units, at + 2, 16, wanted);
  if (!digits || digits.value > 0x10_ff_ff) return undefined;
  if (braced)
    return units[digits.end] === END_BRACE
      ? { kind: 'character', codePoint: digits.value, end: digits.end + 1 }
      : undefined;
  return digits.end === at + 2 + wanted ? { kind: 'character', codePoint: digits.value, end: digits.end } : undefined;
}

/** A backslash at the end of a line takes the indentation of the next with it. */
function afterIndent(units: Uint16Array, from: number): number {
  let end = from;
  if (units[end - 1] === RETURN && units[end] === LINE_FEED) end += 1;
  while (units[end] === 32 || units[end] === 9) end += 1;
  return end;
}
