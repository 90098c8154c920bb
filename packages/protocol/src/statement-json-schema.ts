import * as z from 'zod';
import { envelopeSchema, MAX_PAYLOAD_BYTES } from './envelope.ts';
import { entryKinds, predicateSchemas } from './statement.ts';
import { statementDocumentSchema } from './statement-document.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** In base64. */
const LONGEST_PAYLOAD = Math.ceil(MAX_PAYLOAD_BYTES / 3) * 4;

/**
 * The published form of every statement, made from what checks them (JSON Schema 2020-12): `content` by predicate type, the
 * in-toto statement around it, and the DSSE envelope around that.
 */
export function statementJsonSchema(): JsonObject {
  const contents = entryKinds.map((kind) => [`urn:duovir:${kind}:v1`, bodyOf(predicateSchemas[kind])] as const);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:duovir:statements:v1',
    title: 'Statements of a Duovir ledger',
    description: 'What an entry says: the payload of its envelope. Its content is closed, and by its predicate type.',
    $ref: '#/$defs/statement',
    $defs: {
      envelope: { description: 'DSSE envelope: the bytes of an entry, as canonical JSON.', ...envelope() },
      statement: { ...bodyOf(statementDocumentSchema), oneOf: contents.map(([type]) => contentOf(type)) },
      ...Object.fromEntries(contents),
    },
  };
}

function envelope(): JsonObject {
  const { properties, ...rest } = bodyOf(envelopeSchema) as { properties: Record<string, JsonObject> };
  const payload = {
    ...properties['payload'],
    maxLength: LONGEST_PAYLOAD,
    contentEncoding: 'base64',
    contentMediaType: 'application/json',
    contentSchema: { $ref: '#/$defs/statement' },
  };
  return { ...rest, properties: { ...properties, payload } };
}

function contentOf(type: string): JsonObject {
  return {
    properties: {
      predicateType: { const: type },
      predicate: { properties: { content: { $ref: `#/$defs/${type}` } } },
    },
  };
}

function bodyOf(schema: z.ZodType): JsonObject {
  const { $schema: _dialect, ...body } = z.toJSONSchema(schema, { target: 'draft-2020-12' });
  return body;
}
