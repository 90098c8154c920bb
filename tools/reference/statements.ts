import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryKinds, statementJsonSchema } from '@duovir/protocol';

type JsonObject = Record<string, unknown>;

/** Where kinds of entries are described, in comments above them and their fields. */
const SOURCES = ['statement.ts', 'audit-statement.ts'];
/** A kind with the comment above it, if there is one, and its fields. */
const KIND =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?^ {2}'?([a-z][a-z-]*)'?: z\.strictObject\(\{([^\n]*\}\)|\n[\s\S]*?^ {2}\}\)),$/gm;
const FIELD = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*([a-zA-Z]+)[:,]/g;

export interface Description {
  readonly text: string | undefined;
  readonly fields: ReadonlyMap<string, string>;
}

/** docs/reference/statements.schema.json: the closed schema of every entry, with what the sources say about it. */
export function statementReference(root: string): string {
  const described = new Map(
    SOURCES.flatMap((file) => [...descriptionsIn(readFileSync(join(root, 'packages/protocol/src', file), 'utf8'))]),
  );
  const { $defs, ...schema } = statementJsonSchema() as { $defs: Record<string, JsonObject> };
  for (const kind of entryKinds) {
    const type = `urn:duovir:${kind}:v1`;
    $defs[type] = withDescription($defs[type] ?? {}, described.get(kind));
  }
  return `${JSON.stringify({ ...schema, $defs }, null, 2)}\n`;
}

export function descriptionsIn(source: string): ReadonlyMap<string, Description> {
  return new Map(
    [...source.matchAll(KIND)].map(([, comment, kind = '', body = '']) => [
      kind,
      {
        text: comment === undefined ? undefined : sentences(comment),
        fields: new Map([...body.matchAll(FIELD)].map(([, text = '', field = '']) => [field, sentences(text)])),
      },
    ]),
  );
}

function withDescription(schema: JsonObject, description: Description | undefined): JsonObject {
  if (!description) return schema;
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>).map(([name, field]) => {
    const text = description.fields.get(name);
    return [name, text === undefined ? field : { description: text, ...field }];
  });
  const { text } = description;
  return {
    ...(text === undefined ? {} : { description: text }),
    ...schema,
    properties: Object.fromEntries(properties),
  };
}

function sentences(comment: string): string {
  return comment
    .split('\n')
    .map((row) => row.replace(/^\s*\*?\s?/, '').trim())
    .join(' ')
    .trim();
}
