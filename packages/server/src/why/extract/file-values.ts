import { type ValuePath, type WhyValue } from '@duovir/protocol';
import { formatOfFile, type FileFormat } from './file-format.ts';
import { readIni } from './ini-text.ts';
import { readJson } from './json-text.ts';
import { keptValue, wholeOf } from './kept-value.ts';
import { manifestsOf } from './kubernetes.ts';
import { readNginx } from './nginx-text.ts';
import { readPgHba } from './pg-hba.ts';
import { readPostgresqlConf } from './postgresql-conf.ts';
import { readRedisConf } from './redis-conf.ts';
import { readToml } from './toml-text.ts';
import { leavesOf, type Leaf, type Tree } from './tree.ts';
import { readYaml } from './yaml-text.ts';

/** One value, and where it is. */
export interface PlacedValue {
  readonly resource: string;
  /** Empty for the resource as a whole. */
  readonly path: ValuePath;
  /** The same place by positions only, where that differs. */
  readonly position: ValuePath | null;
  readonly value: WhyValue;
}

export interface WrittenFile {
  readonly path: string;
  readonly content: string;
  readonly format?: FileFormat;
  /** Of the plan. */
  readonly salt: string;
}

/**
 * The values in a file, and the file as a whole. What cannot be read without doubt is one value, its digest: no value at all is
 * better than a wrong one.
 */
export function valuesOfFile({ path, content, format, salt }: WrittenFile): PlacedValue[] {
  const read = readable(path, content, format ?? formatOfFile(path));
  const own = read.find(({ resource }) => resource === path)?.leaves ?? [];
  const whole = { resource: path, path: [], position: null };
  const count = read.reduce((sum, { leaves }) => sum + leaves.length, 0);
  const objects = read.filter(({ resource }) => resource !== path);
  return [
    { ...whole, value: wholeOf(content, count) },
    ...placed(path, own, salt),
    ...objects.flatMap(({ resource, leaves }): PlacedValue[] => [
      { resource, path: [], position: null, value: wholeOf(content, leaves.length) },
      ...placed(resource, leaves, salt),
    ]),
  ];
}

interface ReadResource {
  readonly resource: string;
  readonly leaves: readonly Leaf[];
}

function readable(path: string, content: string, format: FileFormat): ReadResource[] {
  try {
    return resourcesOf(path, content, format);
  } catch {
    // Whatever a parser finds wrong, or stumbles over itself: the text is then known by its digest only.
    return [];
  }
}

function resourcesOf(path: string, content: string, format: FileFormat): ReadResource[] {
  switch (format) {
    case 'yaml':
      return documentsOf(path, readYaml(content));
    case 'json':
      return documentsOf(path, [readJson(content)]);
    case 'toml':
      return [{ resource: path, leaves: leavesOf(readToml(content)) }];
    case 'ini':
      return [{ resource: path, leaves: leavesOf(readIni(content)) }];
    case 'postgresql.conf':
      return [{ resource: path, leaves: leavesOf(readPostgresqlConf(content)) }];
    case 'redis.conf':
      return [{ resource: path, leaves: leavesOf(readRedisConf(content)) }];
    case 'pg_hba.conf':
      return [{ resource: path, leaves: readPgHba(content) }];
    case 'nginx':
      return [{ resource: path, leaves: readNginx(content) }];
    case 'opaque':
      return [];
  }
}

/** Objects of Kubernetes are resources of their own; everything else is the file's, by its number where there are several. */
function documentsOf(path: string, documents: readonly Tree[]): ReadResource[] {
  const objects = documents.flatMap((document) => manifestsOf(document) ?? []);
  const others = documents.flatMap((document, at) =>
    document === null || manifestsOf(document)
      ? []
      : leavesOf(document).map((leaf) => (documents.length === 1 ? leaf : numbered(leaf, at))),
  );
  // The same object twice: which of them counts is decided by whoever applies the file.
  if (new Set(objects.map(({ resource }) => resource)).size < objects.length) return [];
  return [
    { resource: path, leaves: others },
    ...objects.map(({ resource, tree }) => ({ resource, leaves: leavesOf(tree) })),
  ];
}

function numbered({ path, position, value }: Leaf, at: number): Leaf {
  return { path: [`${at}`, ...path], position: [`${at}`, ...position], value };
}

const MOST_CHARACTERS = 512;

function placed(resource: string, leaves: readonly Leaf[], salt: string): PlacedValue[] {
  return leaves.flatMap(({ path, position, value }): PlacedValue[] => {
    const isShort = path.length > 0 && path.join('/').length <= MOST_CHARACTERS && path.every(isPlain);
    if (!isShort) return [];
    const isSame = path.every((segment, at) => segment === position[at]);
    return [{ resource, path, position: isSame ? null : position, value: keptValue(value, { resource, path }, salt) }];
  });
}

/** PostgreSQL stores no zero byte, and half a character is no text. */
function isPlain(segment: string): boolean {
  return segment.isWellFormed() && !segment.includes('\0');
}
