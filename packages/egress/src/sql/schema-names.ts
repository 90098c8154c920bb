import type { PlaceholderKind } from '@duovir/protocol';

/** Indexes, constraints, sequences, functions, types and triggers count as tables: things a schema has. */
export type SchemaNameKind = Extract<PlaceholderKind, 'schema' | 'table' | 'column'>;

/** Names of somebody's database, as its catalog has them: folded to lower case unless they were quoted. */
export type SchemaNames = ReadonlyMap<string, SchemaNameKind>;

const strength: Readonly<Record<SchemaNameKind, number>> = { schema: 2, table: 1, column: 0 };

/** A name that is both is what comes first of schema, table and column: it has one placeholder. */
export function addName(names: Map<string, SchemaNameKind>, name: string, kind: SchemaNameKind): void {
  const known = names.get(name);
  if (known === undefined || strength[known] < strength[kind]) names.set(name, kind);
}

export function mergedNames(...all: readonly SchemaNames[]): Map<string, SchemaNameKind> {
  const merged = new Map<string, SchemaNameKind>();
  for (const names of all) for (const [name, kind] of names) addName(merged, name, kind);
  return merged;
}

/** As PostgreSQL reads an identifier: unquoted in lower case, quoted as it is. */
export function catalogName(identifier: string): string {
  const quoted = /^(?:[uU]&)?\\*(["`])([\s\S]*?)\\*\1$/.exec(identifier);
  if (!quoted) return identifier.toLowerCase();
  const [, mark = '', name = ''] = quoted;
  return name.replaceAll(mark + mark, mark);
}

/** Whether an identifier means the same without quotation marks. */
export function needsNoQuotes(name: string): boolean {
  return /^[a-z_][a-z0-9_]*$/.test(name);
}

/** Whether a name is recognised outside SQL: a plain word may mean anything there. */
export function isDistinctive(name: string): boolean {
  return name.length >= 3 && /[^a-z]/.test(name);
}
