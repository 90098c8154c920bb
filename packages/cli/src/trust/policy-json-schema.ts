import { trustPolicySchema } from '@duovir/protocol';
import * as z from 'zod';

/** What `duovir trust sign` fills in where a document leaves it out. */
const OPTIONAL = new Set(['version', 'issuedAt', 'supersedes', 'login', 'breakGlass']);

/** The published JSON Schema of the document that `duovir trust show --yaml` writes and `duovir trust sign` takes. */
export function policyJsonSchema(): string {
  const { required = [], ...body } = z.toJSONSchema(trustPolicySchema, { target: 'draft-2020-12', io: 'input' });
  const schema = {
    $id: 'urn:duovir:trust-policy:v1',
    description:
      'A trust policy as the security officer writes and signs it. `duovir trust check` finds what no schema can.',
    ...body,
    required: required.filter((field) => !OPTIONAL.has(field)),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
