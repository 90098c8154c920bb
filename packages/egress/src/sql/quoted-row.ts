import type { SqlRegion } from './sql-region.ts';
import { literalWithoutTemplates } from './template.ts';

const dataStatements: ReadonlySet<string> = new Set(
  'select with insert replace update delete merge values execute call copy explain prepare'.split(' '),
);

/** What says how to read data and is none: states, dates, numbers, intervals, formats. */
const plain: readonly RegExp[] = [
  /^$/,
  /^[a-z][a-z_-]{0,24}$/,
  /^[YMDHISWQTZAPF0-9:/ ._-]{1,32}$/,
  /^[+-]?\d{1,8} ?(?:[a-z]+ ?)?$/,
  /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/,
  /^[%_,;:. -]{1,8}$/,
];

/** What names things of a server: users, slots, settings. */
const nameOfServer = /^[\w.%-]{1,63}$/;

/**
 * Whether a literal of a statement is from or for a row. Those of definitions are part of the schema: defaults, checks, formats.
 * A run of nine digits or more is somebody's number. Parameters are none, and the catalog has no rows of anybody's.
 */
export function isRowData({ sql, names }: Pick<SqlRegion, 'sql' | 'names'>, literal: string): boolean {
  const statement = /^\w+/.exec(sql)?.[0].toLowerCase() ?? '';
  if (!dataStatements.has(statement)) return false;
  const constant = literalWithoutTemplates(literal);
  if (/\d{9}/.test(constant)) return true;
  if (names.size === 0 && /\bpg_\w/i.test(sql) && nameOfServer.test(constant)) return false;
  return !plain.some((pattern) => pattern.test(constant));
}
