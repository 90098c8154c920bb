import type { SensitivePart } from '../placeholder/tokenise.ts';
import type { SchemaNameKind } from './schema-names.ts';

/** A name in the text of a database's error message, or the values of a row. */
export interface ErrorPart extends SensitivePart {
  readonly kind: Kind;
  readonly text: string;
}

type Kind = SchemaNameKind | 'secret';

/**
 * How PostgreSQL, MySQL, SQLite and SQL Server say which thing they speak of: each group is what it says, a name with what it
 * belongs to before it, or the values of a row.
 */
const messages: readonly (readonly [RegExp, readonly Kind[]])[] = [
  // PostgreSQL
  [
    /\b(?:relation|table|view|index|constraint|sequence|trigger|type|function|partition|policy|rule|publication|statistics object)\s+"([^"\n]{1,200})"/gi,
    ['table'],
  ],
  [/\bcolumn\s+(?:reference\s+)?"([^"\n]{1,200})"/gi, ['column']],
  [/\bcolumn\s+([\w$]+(?:\.[\w$]+){0,2})\s+(?:does not exist|must appear|is ambiguous)/gi, ['column']],
  [/\bschema\s+"([^"\n]{1,200})"/gi, ['schema']],
  [
    /\bpermission denied for (?:table|relation|view|materialized view|sequence|function|foreign table|procedure)\s+"?([\w$.]+)/gi,
    ['table'],
  ],
  [/\bpermission denied for schema\s+"?([\w$]+)/gi, ['schema']],
  [
    /\bmust be owner of (?:table|relation|view|materialized view|sequence|function|index|schema)\s+"?([\w$.]+)/gi,
    ['table'],
  ],
  [/\bfunction\s+([\w$.]+)\([^)\n]*\)\s+does not exist/gi, ['table']],
  [
    /\bKey \(([^)\n]{1,400})\)=\(([^\n]{0,2000}?)\) (?:already exists|is not present|is still referenced|conflicts|is duplicated)/g,
    ['column', 'secret'],
  ],
  [/\bFailing row contains \(([^\n]{0,4000})\)/g, ['secret']],
  [/\binvalid input (?:syntax|value) for (?:type|enum) [\w ]+: "([^"\n]+)"/g, ['secret']],
  // MySQL and MariaDB
  [/\bTable '([^'\n]{1,200})' (?:doesn't exist|already exists|is marked as crashed)/g, ['table']],
  [/\bUnknown (?:column|field) '([^'\n]{1,200})' in/g, ['column']],
  [/\bUnknown table '([^'\n]{1,200})'/g, ['table']],
  [/\bUnknown database '([^'\n]{1,200})'/g, ['schema']],
  [/\bDuplicate entry '([^\n]{0,1000}?)' for key '([^'\n]{1,200})'/g, ['secret', 'table']],
  [
    /\b(?:Column|Field|Key column) '([^'\n]{1,200})' (?:cannot be null|doesn't (?:exist|have)|in \w+ clause is ambiguous|specified twice)/g,
    ['column'],
  ],
  [/\b(?:too long|Out of range value|truncated) for column '([^'\n]{1,200})'/gi, ['column']],
  [/\bIncorrect \w+ value: '([^'\n]{0,1000})' for column [`']?([^\n]{1,200}?)[`']? at row/g, ['secret', 'column']],
  [/\b(?:CONSTRAINT|REFERENCES|KEY|TABLE|COLUMN|INDEX)\s+`([^`\n]{1,64})`/gi, ['table']],
  [/\bFOREIGN KEY \(`([^)\n]{1,200})`\)/g, ['column']],
  [/(`[^`\n]{1,64}`(?:\.`[^`\n]{1,64}`){1,2})/g, ['table']],
  [/\bCan't DROP (?:\w+ )?[`']([^`'\n]{1,200})[`']/g, ['table']],
  // SQLite and SQL Server
  [/\bno such table: ([\w$.]+)/g, ['table']],
  [/\bno such column: ([\w$.]+)/g, ['column']],
  [/\b(?:UNIQUE|NOT NULL|PRIMARY KEY) constraint failed: ([\w$.]+(?:, [\w$.]+)*)/g, ['column']],
  [/\bInvalid object name '([^'\n]{1,200})'/g, ['table']],
  [/\bInvalid column name '([^'\n]{1,200})'/g, ['column']],
];

const indexed = messages.map(([pattern, kinds]) => [new RegExp(pattern.source, `${pattern.flags}d`), kinds] as const);

/** Patterns that recognise such messages have these where a name would be. */
const ofPatterns = /\(\?|\[\^|\\[wsd]/;

/** What the error messages in a text name, in the order of their kinds. */
export function databaseErrorParts(text: string): ErrorPart[] {
  return indexed.flatMap(([pattern, kinds]) =>
    [...text.matchAll(pattern)].flatMap((match) =>
      kinds.flatMap((kind, group) => {
        const [start, end] = match.indices?.[group + 1] ?? [0, 0];
        if (start === end || ofPatterns.test(text.slice(start, end))) return [];
        return kind === 'secret' ? [partAt(text, start, end, kind)] : namesIn(text, start, end, kind);
      }),
    ),
  );
}

function partAt(text: string, start: number, end: number, kind: Kind): ErrorPart {
  return { start, end, kind, text: text.slice(start, end) };
}

const owner: Readonly<Record<SchemaNameKind, SchemaNameKind>> = { column: 'table', table: 'schema', schema: 'schema' };

/** A list of names, each with what it belongs to before its dots. */
function namesIn(text: string, start: number, end: number, kind: SchemaNameKind): ErrorPart[] {
  const parts: ErrorPart[] = [];
  for (const list of text.slice(start, end).matchAll(/[^,]+/g)) {
    const names = [...list[0].matchAll(/[^\s.`"'(),]+(?: [^\s.`"'(),]+)*/g)];
    let each = kind;
    for (const name of names.toReversed()) {
      const from = start + list.index + name.index;
      parts.push(partAt(text, from, from + name[0].length, each));
      each = owner[each];
    }
  }
  return parts;
}
