import { jsonSchema, type Json } from '@duovir/protocol';
import * as z from 'zod';

/**
 * What OpenAI's strict mode and Anthropic's structured output both take. Limits of length, range and pattern are in
 * neither; the zod schema holds the answer to them afterwards.
 */
const PORTABLE = new Set([
  'type',
  'description',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'anyOf',
  'enum',
  'const',
]);

/** The closed form of an answer as a JSON Schema that every provider understands. */
export function answerSchemaOf(answer: z.ZodType): Json {
  const written: unknown = z.toJSONSchema(answer, { target: 'draft-2020-12', io: 'input', reused: 'inline' });
  return portable(jsonSchema.parse(written));
}

function portable(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema;
  const entries = Object.entries(schema).map(([keyword, value]) => [keyword === 'oneOf' ? 'anyOf' : keyword, value]);
  return Object.fromEntries(
    entries
      .filter(([keyword]) => PORTABLE.has(keyword as string))
      .map(([keyword, value]) => [keyword, within(keyword as string, value as Json)]),
  );
}

function within(keyword: string, value: Json): Json {
  if (keyword === 'items') return portable(value);
  if (keyword === 'anyOf' && Array.isArray(value)) return value.map(portable);
  if (keyword === 'properties' && typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, portable(property)]));
  return value;
}
