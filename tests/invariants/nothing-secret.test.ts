import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { predicateSchemas } from '@duovir/protocol';

type Node = { readonly type?: string; readonly pattern?: string; readonly enum?: unknown; readonly const?: unknown };

/** Every place of a JSON Schema that takes a string, by its path. */
function stringsOf(schema: unknown, path: string): (readonly [string, Node])[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const node = schema as Node;
  const inside = Object.entries(schema).flatMap(([key, value]) => stringsOf(value, `${path}.${key}`));
  return node.type === 'string' ? [[path, node], ...inside] : inside;
}

test.for(Object.keys(predicateSchemas) as (keyof typeof predicateSchemas)[])(
  'Invariant 12, nothing secret in the ledger: no field of a %s takes free text',
  (kind) => {
    const schema = z.toJSONSchema(predicateSchemas[kind], { io: 'input' });
    const open = stringsOf(schema, kind).filter(
      ([, { pattern, enum: values, const: value }]) =>
        values === undefined &&
        value === undefined &&
        (pattern === undefined || new RegExp(pattern).test('My password: hunter2')),
    );
    expect(open.map(([path]) => path)).toEqual([]);
  },
);

test('Invariant 12, nothing secret in the ledger: a statement has no room for another field', () => {
  const kinds = Object.values(predicateSchemas);
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.string({ minLength: 1 }), fc.json(), (schema, name, value) => {
      const parsed = schema.safeParse({ [`x-${name}`]: value });
      return !parsed.success;
    }),
  );
});
