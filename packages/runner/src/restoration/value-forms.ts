import type { PlaceholderKind } from '@duovir/protocol';
import type { OpenedValue } from './open-restorations.ts';

/** One way in which a value can turn up in output. */
export interface ValueForm {
  readonly text: string;
  readonly placeholder: string;
  /** Undefined: found wherever it stands, also within a longer word. */
  readonly edges: Edges | undefined;
}

/** What must not stand before or after, or else it is another word. */
interface Edges {
  readonly before: RegExp;
  readonly after: RegExp;
}

const words: Edges = { before: /[\p{L}\p{N}_$]$/u, after: /^[\p{L}\p{N}_$]/u };
const hosts: Edges = { before: /[\p{L}\p{N}_-]$/u, after: /^[\p{L}\p{N}_-]/u };
const addresses: Edges = { before: /(?:[0-9a-f]|[0-9]\.)$/i, after: /^(?:[0-9a-f]|\.[0-9])/i };
const edgesOf: Readonly<Partial<Record<PlaceholderKind, Edges>>> = {
  host: hosts,
  ip: addresses,
  schema: words,
  table: words,
  column: words,
};

/** Shorter, it would be found in the middle of other words. */
const SHORTEST_ANYWHERE = 4;
const SHORTEST_ENCODED_BYTES = 6;
const SHORTEST_LINE = 12;
const LONGEST_ENCODED = 8192;

/** The value as it is, as JSON and URLs write it, in base64 wherever it begins there, in hex, and each of its lines. */
export function formsOf({ placeholder, kind, value }: OpenedValue): ValueForm[] {
  const edges = edgesOf[kind];
  if (edges) {
    const bare = /^"(.*)"$/s.exec(value)?.[1];
    // Databases and resolvers write what was not quoted in lower case.
    if (bare === undefined) return [value, value.toLowerCase()].map((text) => ({ text, placeholder, edges }));
    return [
      { text: value, placeholder, edges: undefined },
      { text: bare, placeholder, edges },
    ];
  }
  const texts = new Set([value, value.trim(), ...lines(value), ...json(value)]);
  if (value.length <= LONGEST_ENCODED) for (const text of [...url(value), ...binary(value)]) texts.add(text);
  return [...texts]
    .filter((text) => text.length > 0)
    .map((text) => ({ text, placeholder, edges: text.length < SHORTEST_ANYWHERE ? words : undefined }));
}

function lines(value: string): string[] {
  const all = value.split(/\r?\n/);
  return all.length < 2 ? [] : all.map((line) => line.trim()).filter((line) => line.length >= SHORTEST_LINE);
}

function json(value: string): string[] {
  const text = JSON.stringify(value).slice(1, -1);
  const ascii = text.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [text, ascii, text.replaceAll('/', '\\/')];
}

function url(value: string): string[] {
  const text = encodeURIComponent(value.toWellFormed());
  const lower = text.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
  return [text, lower, text.replaceAll('%20', '+')];
}

function binary(value: string): string[] {
  const bytes = Buffer.from(value);
  if (bytes.length < SHORTEST_ENCODED_BYTES) return [];
  const standard = [bytes.toString('base64'), ...[0, 1, 2].map((offset) => base64Core(bytes, offset))];
  const inUrls = standard.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const hex = bytes.toString('hex');
  return [...standard, ...inUrls, hex, hex.toUpperCase()];
}

/** The characters that only this value decides when `offset` other bytes come before it and others may follow. */
function base64Core(bytes: Uint8Array, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
