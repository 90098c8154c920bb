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

/**
 * Whether a literal of a statement is from or for a row. Those of definitions are part of the schema: defaults, checks, formats.
 * A run of nine digits or more is somebody's number.
 */
export function isRowData(statement: string, literal: string): boolean {
  if (!dataStatements.has(statement)) return false;
  return /\d{9}/.test(literal) || !plain.some((pattern) => pattern.test(literal));
}
