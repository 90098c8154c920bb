import { entryKinds, predicateSchemas } from '@duovir/protocol';
import * as z from 'zod';

export const SCHEMAS_FILE = 'schemas/statements.schema.json';

/** The closed schema of what each kind of entry says (JSON Schema 2020-12), made from the one that checks it. */
export function statementSchemas(): string {
  const kinds = entryKinds.map((kind) => {
    const { $schema: _dialect, ...schema } = z.toJSONSchema(predicateSchemas[kind]);
    return [kind, schema] as const;
  });
  const document = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'What the entries of a Duovir ledger say, by kind: the field predicate.content of the statement',
    $defs: Object.fromEntries(kinds),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
