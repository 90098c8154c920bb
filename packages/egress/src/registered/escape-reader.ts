import { ViewWriter, type TextView } from './text-view.ts';

/** What one escape stands for, and where it ends; a byte is part of a UTF-8 sequence. */
export type Escape =
  | { readonly kind: 'character'; readonly codePoint: number; readonly end: number }
  | { readonly kind: 'byte'; readonly byte: number; readonly end: number }
  | { readonly kind: 'nothing'; readonly end: number };

/** Reads the escape that begins at a place, if one does. */
export type EscapeReader = (units: Uint16Array, at: number) => Escape | undefined;

/** A view with one kind of escape undone, within reach of those; nothing when there are none. */
export type Undo = (view: TextView, reach: number) => TextView | undefined;

/** The escapes that begin with one character, each as `read` understands it. */
export function undoEscapes(view: TextView, reach: number, trigger: number, read: EscapeReader): TextView | undefined {
  const { units } = view;
  let writer: ViewWriter | undefined;
  for (let at = units.indexOf(trigger); at !== -1;) {
    const escape = read(units, at);
    if (!escape) {
      at = units.indexOf(trigger, at + 1);
      continue;
    }
    writer ??= new ViewWriter(view, reach);
    writer.copyUntil(at);
    let { end } = escape;
    if (escape.kind === 'byte') end = writeBytes(writer, units, at, read);
    else if (escape.kind === 'character') writer.replace(at, end, escape.codePoint);
    else writer.skipUntil(end);
    at = units[end] === trigger ? end : units.indexOf(trigger, end);
  }
  return writer?.finish();
}

/** A run of escaped bytes, as UTF-8 where it is that and byte by byte where not; returns where the run ends. */
function writeBytes(writer: ViewWriter, units: Uint16Array, from: number, read: EscapeReader): number {
  const bytes: number[] = [];
  const starts: number[] = [];
  let end = from;
  for (let escape = read(units, end); escape?.kind === 'byte'; escape = read(units, end)) {
    bytes.push(escape.byte);
    starts.push(end);
    end = escape.end;
  }
  starts.push(end);
  for (let at = 0; at < bytes.length;) {
    const { codePoint, length } = characterAt(bytes, at);
    writer.replace(starts[at] ?? end, starts[at + length] ?? end, codePoint);
    at += length;
  }
  return end;
}

function characterAt(bytes: readonly number[], at: number): { codePoint: number; length: number } {
  const first = bytes[at] ?? 0;
  const length = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
  const rest = bytes.slice(at + 1, at + length);
  if (length === 1 || rest.length < length - 1 || rest.some((byte) => (byte & 0xc0) !== 0x80))
    return { codePoint: first, length: 1 };
  const codePoint = rest.reduce((value, byte) => (value << 6) | (byte & 0x3f), first & (0x7f >> length));
  return codePoint > 0x10_ff_ff ? { codePoint: first, length: 1 } : { codePoint, length };
}

/** The number of 1 to `most` digits at a place. */
export function digitsAt(
  units: Uint16Array,
  at: number,
  base: 8 | 10 | 16,
  most: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  let end = at;
  for (; end < at + most && end < units.length; end += 1) {
    const digit = digitOf(units[end] ?? 0);
    if (digit >= base) break;
    value = value * base + digit;
  }
  return end === at ? undefined : { value, end };
}

function digitOf(unit: number): number {
  if (unit >= 48 && unit <= 57) return unit - 48;
  const lower = unit | 32;
  return lower >= 97 && lower <= 102 && unit < 128 ? lower - 87 : 99;
}
