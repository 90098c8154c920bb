import type { Json } from '@duovir/protocol';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { plannerAnswerSchema } from '../planner/planner-answer.ts';
import { answerSchemaOf } from './answer-schema.ts';

/** Every schema within the schema. */
function* within(written: Json): Generator<Readonly<Record<string, Json>>> {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return;
  const schema = written as Readonly<Record<string, Json>>;
  yield schema;
  const { properties, items, anyOf } = schema;
  for (const property of Object.values((properties ?? {}) as Readonly<Record<string, Json>>)) yield* within(property);
  if (items !== undefined) yield* within(items);
  for (const option of (anyOf ?? []) as readonly Json[]) yield* within(option);
}

const schema = answerSchemaOf(plannerAnswerSchema({ ask: true, read: true }));

test('every object is closed and everything in it is required, as strict modes want', () => {
  const objects = [...within(schema)].filter(({ type }) => type === 'object');
  expect(objects.length).toBeGreaterThan(20);
  for (const { properties, required, additionalProperties } of objects) {
    expect(additionalProperties).toBe(false);
    expect(required).toEqual(Object.keys(properties as object));
  }
});

test('nothing is recursive, referred to, or said in words that a provider does not take', () => {
  const text = JSON.stringify(schema);
  expect(text).not.toMatch(/"(?:\$ref|\$defs|oneOf|allOf|not|pattern|minLength|maxItems|minimum|default|format)":/);
  expect((schema as { type?: Json }).type).toBe('object');
  // Anthropic's structured output: at most 16 places with a union.
  expect([...within(schema)].filter(({ anyOf }) => anyOf !== undefined).length).toBeLessThanOrEqual(16);
});

test('a property may have the name of a keyword', () => {
  const named = z.strictObject({ minimum: z.int(), pattern: z.string() });
  expect(answerSchemaOf(named)).toMatchObject({ properties: { minimum: {}, pattern: {} } });
});
