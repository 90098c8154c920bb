import * as z from 'zod';
import { playbookSchema } from './playbook-schema.ts';

/** The published JSON Schema of the playbook format. */
export function playbookJsonSchema(): string {
  const schema = z.toJSONSchema(playbookSchema, { target: 'draft-2020-12', io: 'input' });
  const described = {
    $schema: schema.$schema,
    $id: 'urn:duovir:playbook:v1',
    title: 'Duovir playbook',
    description:
      'Strings may hold expressions: ${{ inputs.port }}, ${{ run.id }}, inside for-each ${{ item }} and ${{ index }}, literals, and the functions add, eq, integer, join, json, not, replace, text. A string that is one whole expression keeps the type of its value.',
    ...schema,
  };
  return `${JSON.stringify(described, null, 2)}\n`;
}
