import { isUtf8 } from 'node:buffer';
import { constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { TextView } from './text-view.ts';

/** What packed parts of one text may become together: a small text must not fill the memory. */
const MOST_BYTES = 8 * 1024 * 1024;
/** One attempt at what has no mark costs as much as reading this many characters. */
const CHARACTERS_PER_ATTEMPT = 2048;
const FIRST_ATTEMPTS = 16;
const SHORTEST_RUN = 20;
/** By UTF-16 unit, whether it is a digit of base64 in either alphabet, and a letter of which case. */
const DIGIT = 1;
const LOWER = 2;
const UPPER = 4;
const classes = new Uint8Array(128);
for (const digit of '0123456789+/-_') classes[digit.charCodeAt(0)] = DIGIT;
for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
  classes[letter.charCodeAt(0)] = DIGIT | LOWER;
  classes[letter.toUpperCase().charCodeAt(0)] = DIGIT | UPPER;
}
/** After what may be `x` or `0x`: gzip, or bytes without control characters. */
const hex = /^(0?x|)(?:(1f8b08[0-9a-f]{14,})|((?:[2-9a-f][0-9a-f]|0[9ad])+))$/i;
const mayBeHex = /^(?:0?x)?(?:1f8b|(?:[2-9a-f][0-9a-f]|0[9ad]){8})/i;
/** A line of base64 that is wrapped is at least this long. */
const WRAPPED_LINE = 40;

/** What may still be unpacked for one text. */
export interface UnpackingAllowance {
  bytes: number;
  /** At runs that may be raw deflate, and nearly never are. */
  attempts: number;
}

export function unpackingAllowanceFor(text: string): UnpackingAllowance {
  return { bytes: MOST_BYTES, attempts: FIRST_ATTEMPTS + Math.floor(text.length / CHARACTERS_PER_ATTEMPT) };
}

type Content =
  | { readonly kind: 'text'; readonly text: string }
  /** It claims to be gzip and is not, or it is more than may be looked at: nobody knows what would leave with it. */
  | { readonly kind: 'unreadable' };

interface LongRun {
  readonly start: number;
  readonly run: string;
  readonly cases: number;
}

interface PackedRun {
  readonly start: number;
  readonly end: number;
  readonly content: Content;
}

/**
 * The parts of a text that are base64 or hexadecimals of text, of gzip, zlib or raw deflate, and what they say. What is cut off
 * is read as far as it goes. `text` is what the view says. Only gzip has a mark that nothing else has by chance, so only gzip can be unreadable.
 */
export function* packedRuns(view: TextView, text: string, allowance: UnpackingAllowance): Generator<PackedRun> {
  let done = 0;
  for (const long of longRuns(view.units, text)) {
    if (long.start < done) continue;
    const inHex = hexRun(long, allowance);
    for (const packed of inHex ? [inHex] : base64Runs(text, long, allowance)) {
      done = Math.max(done, packed.end);
      yield packed;
    }
  }
}

/** A regular expression for this would take as long as everything else. */
function* longRuns(units: Uint16Array, text: string): Generator<LongRun> {
  let start = 0;
  let seen = 0;
  for (let at = 0; at <= units.length; at += 1) {
    const known = classes[units[at] ?? 0] ?? 0;
    seen |= known;
    if (known !== 0) continue;
    if (at - start >= SHORTEST_RUN) yield { start, run: text.slice(start, at), cases: seen & (LOWER | UPPER) };
    start = at + 1;
    seen = 0;
  }
}

function hexRun({ run, start }: LongRun, allowance: UnpackingAllowance): PackedRun | undefined {
  // Nearly all are digests and identifiers, told by their first few bytes.
  if (!mayBeHex.test(run)) return undefined;
  const [, before = '', gzip, plain] = hex.exec(run) ?? [];
  const bytes = Buffer.from(gzip ?? plain ?? '', 'hex');
  if (bytes.length === 0) return undefined;
  const content = gzip === undefined ? readable(bytes) : unpacked(bytes, gunzipSync, allowance);
  if (!content && gzip === undefined) return undefined;
  return { start: start + before.length, end: start + run.length, content: content ?? { kind: 'unreadable' } };
}

/** Gzip may begin anywhere in a run; and a run of something else may have the mark of gzip in it by chance. */
function base64Runs(text: string, { start, run, cases }: LongRun, allowance: UnpackingAllowance): PackedRun[] {
  // Words, paths and identifiers of one case are no base64.
  if (cases !== (LOWER | UPPER)) return [];
  const gzip = run.indexOf('H4sI');
  const whole =
    gzip === 0 ? undefined : base64Run(text, start, (bytes) => readable(bytes) ?? inflated(bytes, allowance));
  const marked =
    gzip === -1 ? undefined : gzipRun(text, start + gzip, (bytes) => unpacked(bytes, gunzipSync, allowance));
  return [whole ?? [], marked ?? []].flat();
}

type Read = (bytes: Buffer) => Content | undefined;

function base64Run(text: string, start: number, read: Read): PackedRun | undefined {
  // The last line may be the next word of the text.
  for (const end of endsOfWrapped(text, start).slice(-2).toReversed()) {
    const content = read(Buffer.from(text.slice(start, end), 'base64'));
    if (content) return { start, end, content };
  }
  return undefined;
}

function gzipRun(text: string, start: number, read: Read): PackedRun {
  const end = endsOfWrapped(text, start).at(-1) ?? start;
  return base64Run(text, start, read) ?? { start, end, content: { kind: 'unreadable' } };
}

/** Text has no control characters; the first few bytes of anything else nearly always have one. */
function readable(bytes: Buffer): Content | undefined {
  for (const byte of bytes.subarray(0, 12))
    if (byte === 127 || (byte < 32 && (byte < 9 || byte > 13))) return undefined;
  return isUtf8(bytes) ? { kind: 'text', text: bytes.toString('utf8') } : undefined;
}

function inflated(bytes: Buffer, allowance: UnpackingAllowance): Content | undefined {
  const first = bytes[0] ?? 0;
  if (first === 0x78 && bytes.readUInt16BE(0) % 31 === 0) return unpacked(bytes, inflateSync, allowance);
  // RFC 1951: the one block of a short text is the last one and of one of three types.
  const last = (first & 1) === 1 && (first & 6) !== 6;
  if (!last || allowance.attempts === 0) return undefined;
  allowance.attempts -= 1;
  return unpacked(bytes, inflateRawSync, allowance);
}

type Unpack = (bytes: Buffer, options: { finishFlush: number; maxOutputLength: number }) => Buffer;

function unpacked(bytes: Buffer, unpack: Unpack, allowance: UnpackingAllowance): Content | undefined {
  if (allowance.bytes === 0) return { kind: 'unreadable' };
  try {
    const content = unpack(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: allowance.bytes });
    allowance.bytes -= content.length;
    return { kind: 'text', text: content.toString('utf8') };
  } catch (error) {
    // Anything else says that these bytes are not what they were taken for.
    if (!(error instanceof RangeError)) return undefined;
    allowance.bytes = 0;
    return { kind: 'unreadable' };
  }
}

/** Where each line of the base64 that begins here ends, over the line breaks that wrap it. */
function endsOfWrapped(text: string, start: number): number[] {
  const line = /[A-Za-z0-9+/_-]+(={0,2})/y;
  const wrap = /[ \t]*\r?\n\s*(?=[A-Za-z0-9+/])/y;
  const ends: number[] = [];
  let from = start;
  for (;;) {
    line.lastIndex = from;
    const match = line.exec(text);
    if (!match) return ends;
    const end = line.lastIndex;
    ends.push(end);
    wrap.lastIndex = end;
    if (match[1] !== '' || end - from < WRAPPED_LINE || !wrap.test(text)) return ends;
    from = wrap.lastIndex;
  }
}
