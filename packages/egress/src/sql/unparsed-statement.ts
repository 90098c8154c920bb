import { isOwnName } from './own-name.ts';
import { addName, catalogName, type SchemaNameKind, type SchemaNames } from './schema-names.ts';

const NAME = String.raw`(?:[\w$]+|"[^"\n]+"|\x60[^\x60\n]+\x60|\[[^\]\n]+\])`;
const QUALIFIED = String.raw`${NAME}(?:\s*\.\s*${NAME}){0,3}`;
/** The beginnings that nobody writes in a sentence. */
const statement =
  /^(?:create\s+(?:or\s+replace\s+|unique\s+|temp(?:orary)?\s+|global\s+|local\s+|unlogged\s+)*(?:table|index|view|materialized|schema|sequence|trigger|function|procedure|type|domain)\b|alter\s+(?:table|index|view|sequence|schema)\b|drop\s+(?:table|index|view|sequence|schema)\b|insert\s+into\b|replace\s+into\b|merge\s+into\b|update\b[\s\S]{1,200}\bset\b|delete\s+from\b|truncate\s+table\b|lock\s+tables?\b|select\b[\s\S]+\bfrom\b|with\b[\s\S]+\bas\s*\()/i;
const tablePlace = new RegExp(
  String.raw`\b(?:table|into|update|from|join|references|view|index|sequence|trigger|constraint|key|only|exists|perform)\s+(?!(?:select|if|only|exists|set|values|on|where|delete|update|cascade|conflict)\b)(${QUALIFIED})`,
  'gi',
);
const indexPlace = new RegExp(String.raw`\bon\s+(${QUALIFIED})\s*(?:\(|using\b)`, 'gi');
const qualifiedPlace = new RegExp(String.raw`(?<![\w$."'\x60\]])(${NAME}(?:\s*\.\s*${NAME})+)`, 'g');
/** In the parentheses of a table every line, or what follows a comma, begins with a column. */
const columnPlace = new RegExp(
  String.raw`[(,]\s*(?!(?:primary|foreign|unique|constraint|check|key|index|exclude|like|fulltext|spatial|select)\b)(${NAME})\s+[A-Za-z]`,
  'gi',
);
const listPlace = new RegExp(String.raw`\((\s*${NAME}(?:\s*,\s*${NAME})*\s*)\)`, 'g');
const comparisonPlace = new RegExp(
  String.raw`\b(?:where|and|or|set|by|having|select|distinct|,)\s+(${NAME})\s*(?:[=<>!,]|\b(?:in|is|like|between|asc|desc|from)\b)`,
  'gi',
);
const quotedPlace = /\\?(["`])([A-Za-z_][\w$ -]{0,62}?)\\?\1/g;

/** The names in what is SQL by its beginning but cannot be parsed: too many rather than too few. */
export function namesOfUnparsed(sql: string): SchemaNames {
  const names = new Map<string, SchemaNameKind>();
  if (!statement.test(sql)) return names;
  const code = sql.replaceAll(/'(?:[^'\\]|\\[\s\S]|'')*'/g, "''");
  for (const [, name = ''] of code.matchAll(tablePlace)) addParts(names, name, 'table');
  for (const [, name = ''] of code.matchAll(indexPlace)) addParts(names, name, 'table');
  for (const [, name = ''] of code.matchAll(qualifiedPlace)) addParts(names, name, 'column');
  for (const [, name = ''] of code.matchAll(comparisonPlace)) addParts(names, name, 'column');
  for (const [, list = ''] of code.matchAll(listPlace))
    for (const name of list.split(',')) addParts(names, name.trim(), 'column');
  if (/^create\b/i.test(code)) for (const [, name = ''] of code.matchAll(columnPlace)) addParts(names, name, 'column');
  for (const [, , name = ''] of code.matchAll(quotedPlace)) add(names, name, 'column');
  return names;
}

function addParts(names: Map<string, SchemaNameKind>, qualified: string, last: SchemaNameKind): void {
  const parts = (qualified.match(new RegExp(NAME, 'g')) ?? []).map((part) =>
    catalogName(part.startsWith('[') ? `"${part.slice(1, -1)}"` : part),
  );
  for (const part of parts.slice(0, -1)) add(names, part, last === 'column' ? 'table' : 'schema');
  add(names, parts.at(-1) ?? '', last);
}

function add(names: Map<string, SchemaNameKind>, name: string, kind: SchemaNameKind): void {
  if (!/^\d/.test(name) && isOwnName(name)) addName(names, name, kind);
}
