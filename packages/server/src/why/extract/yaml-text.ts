import { parseAllDocuments, type ParseOptions, type DocumentOptions, type SchemaOptions } from 'yaml';
import { Unreadable, type Scalar, type Tree } from './tree.ts';

type Reading = ParseOptions & DocumentOptions & SchemaOptions;

/** Of a text that is made of aliases to aliases nobody has to see all. */
const MOST_ALIASES = 100;

/** The same text as each version of YAML reads it, and as it is written. */
const readings: readonly Reading[] = [
  { version: '1.2', intAsBigInt: true },
  { version: '1.1', intAsBigInt: true },
  { schema: 'failsafe' },
];

/**
 * Every document of the text. Where versions 1.1 and 1.2 disagree (`yes`, `0644`, `12:30:45`) nobody can say what the value is
 * but the program that reads it: then it is the text as written. Throws `Unreadable`.
 */
export function readYaml(text: string): Tree[] {
  const [newer, older, written] = readings.map((reading) => documentsOf(text, reading));
  if (!newer || !older || !written || newer.length !== written.length || older.length !== written.length)
    throw new Unreadable('not the same documents in every version');
  return written.map((document, at) => agreed(newer[at], older[at], document));
}

function documentsOf(text: string, reading: Reading): unknown[] {
  const documents = parseAllDocuments(text, {
    ...reading,
    merge: true,
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    if (document.errors.length + document.warnings.length > 0) throw new Unreadable('not YAML');
    return document.toJS({ mapAsMap: true, maxAliasCount: MOST_ALIASES }) as unknown;
  });
}

const DEEPEST = 40;

function agreed(newer: unknown, older: unknown, written: unknown, depth = 0): Tree {
  if (depth > DEEPEST) throw new Unreadable('too deep');
  if (written instanceof Map) return agreedMap(newer, older, written, depth);
  if (Array.isArray(written)) {
    if (!isList(newer, written.length) || !isList(older, written.length)) throw new Unreadable('not the same list');
    return written.map((child: unknown, at) => agreed(newer[at], older[at], child, depth + 1));
  }
  if (typeof written !== 'string') throw new Unreadable('a key or value that is no text');
  return scalar(newer, older, written);
}

/** Keys are what is written: a key `on` is not `true`. */
function agreedMap(newer: unknown, older: unknown, written: Map<unknown, unknown>, depth: number): Tree {
  if (!(newer instanceof Map) || !(older instanceof Map) || newer.size !== written.size || older.size !== written.size)
    throw new Unreadable('not the same keys');
  const newerValues: readonly unknown[] = [...newer.values()];
  const olderValues: readonly unknown[] = [...older.values()];
  return new Map(
    [...written].map(([key, child], at) => {
      if (typeof key !== 'string') throw new Unreadable('a key that is no text');
      return [key, agreed(newerValues[at], olderValues[at], child, depth + 1)];
    }),
  );
}

function isList(value: unknown, length: number): value is readonly unknown[] {
  return Array.isArray(value) && value.length === length;
}

function scalar(newer: unknown, older: unknown, written: string): Scalar {
  if (newer !== older) return written;
  if (newer === null || typeof newer === 'string' || typeof newer === 'boolean') return newer;
  if (typeof newer === 'bigint') return BigInt.asIntN(53, newer) === newer ? Number(newer) : written;
  return typeof newer === 'number' && Number.isFinite(newer) && !Object.is(newer, -0) ? newer : written;
}
