import { databaseErrorParts, type ErrorPart } from './database-error.ts';
import { isOwnName } from './own-name.ts';
import { readableText } from './readable-text.ts';
import { catalogName, mergedNames, type SchemaNames } from './schema-names.ts';
import type { SqlParser } from './sql-parser.ts';
import { sqlRegions, type SqlRegion } from './sql-region.ts';
import { withoutTemplates } from './template.ts';

/** A text whose SQL has been parsed, once for learning from it and for finding in it. */
export interface ReadSql {
  /** As long as the text that was given: all places are the same in both. */
  readonly text: string;
  /** The same without template expressions. */
  readonly sql: string;
  readonly regions: readonly SqlRegion[];
  /** What messages of databases quote. */
  readonly errors: readonly ErrorPart[];
  /** What the SQL in the text defines and uses, as in a schema dump. */
  readonly names: SchemaNames;
  /** How many bodies of routines this is in. */
  readonly depth: number;
}

/** A function's body in a function's body. */
const DEEPEST_BODY = 3;

export function readSql(given: string, parser: SqlParser, depth = 0): ReadSql {
  const text = readableText(given);
  const sql = withoutTemplates(text);
  const regions = depth < DEEPEST_BODY ? sqlRegions(sql, parser) : [];
  const errors = databaseErrorParts(text).filter((part) => part.kind === 'secret' || isOwn(part.text, parser));
  return { text, sql, regions, errors, names: mergedNames(...regions.map(({ names }) => names)), depth };
}

/** Whether an identifier is somebody's own name. */
export function isOwn(identifier: string, parser: SqlParser): boolean {
  const name = catalogName(identifier);
  return isOwnName(name) && !parser.isKeyword(name);
}
