import * as z from 'zod';
import { signatureSchema } from '../signature/signature-schema.ts';
import { packSchema } from './pack-schema.ts';
import { planTestSchema } from './plan-test.ts';
import { playbookSchema } from './playbook-schema.ts';

const expressions =
  'Strings may hold expressions: ${{ inputs.port }}, ${{ run.id }}, inside for-each ${{ item }} and ${{ index }}, literals, and the functions add, eq, integer, join, json, not, replace, text. A string that is one whole expression keeps the type of its value.';

/** The published JSON Schemas of the files in a pack, by file name. */
export function jsonSchemas(): Readonly<Record<string, string>> {
  return {
    'playbook.schema.json': written('playbook', playbookSchema, `A playbook. ${expressions}`),
    'signature.schema.json': written('signature', signatureSchema, 'A pattern that recognises one cause of failure.'),
    'pack.schema.json': written('pack', packSchema, 'pack.yaml: what the folder is.'),
    'plan-tests.schema.json': written('plan-tests', planTestSchema, 'Goals, and what the planner must make of them.'),
  };
}

function written(name: string, schema: z.ZodType, description: string): string {
  const body = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return `${JSON.stringify({ $id: `urn:duovir:${name}:v1`, description, ...body }, null, 2)}\n`;
}
