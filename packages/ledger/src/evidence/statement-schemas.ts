import { statementJsonSchema } from '@duovir/protocol';

export const SCHEMAS_FILE = 'schemas/statements.schema.json';

/** The closed schema of what each kind of entry says (JSON Schema 2020-12), made from the one that checks it. */
export function statementSchemas(): string {
  return `${JSON.stringify(statementJsonSchema(), undefined, 2)}\n`;
}
