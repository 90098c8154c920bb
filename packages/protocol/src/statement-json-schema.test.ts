import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { statementJsonSchema } from './statement-json-schema.ts';
import { statementDocumentSchema } from './statement-document.ts';
import { entryKinds, predicateSchemas, type EntryKind } from './statement.ts';

interface Node {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly Node[];
  readonly items?: Node | false;
  readonly prefixItems?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | false;
  readonly propertyNames?: Node;
}

const schema = statementJsonSchema() as { readonly $defs: Readonly<Record<string, Node>> };
const contentOf = (kind: EntryKind): Node => schema.$defs[`urn:duovir:${kind}:v1`] ?? {};

/** Every place of a schema, by its path. */
function placesOf(node: Node, path: string): (readonly [string, Node])[] {
  const inside = [
    ...Object.entries(node.properties ?? {}).map(([name, field]) => [`${path}.${name}`, field] as const),
    ...(node.items ? [[`${path}[]`, node.items] as const] : []),
    ...(node.prefixItems ?? []).map((item, at) => [`${path}[${at}]`, item] as const),
    ...(node.anyOf ?? []).map((branch) => [path, branch] as const),
    ...(node.additionalProperties ? [[`${path}.*`, node.additionalProperties] as const] : []),
    ...(node.propertyNames ? [[`${path}.*`, node.propertyNames] as const] : []),
  ];
  return [[path, node], ...inside.flatMap(([at, each]) => placesOf(each, at))];
}

test('every kind of statement is published under its predicate type, and nothing else', () => {
  const { $defs } = schema;
  expect(Object.keys($defs)).toEqual(['envelope', 'statement', ...entryKinds.map((kind) => `urn:duovir:${kind}:v1`)]);
});

test.for(entryKinds)('what a %s says is closed', (kind) => {
  const open = placesOf(contentOf(kind), kind).filter(
    ([, node]) =>
      node.type === 'object' && node.additionalProperties !== false && node.propertyNames?.enum === undefined,
  );
  expect(open.map(([path]) => path)).toEqual([]);
  const endless = placesOf(contentOf(kind), kind).filter(
    ([, { type, items, maxItems }]) => type === 'array' && items && maxItems === undefined,
  );
  expect(endless.map(([path]) => path)).toEqual([]);
});

/**
 * Strings that may be longer than 128 characters, and why. All have a form without spaces: there is no room for a sentence, and the
 * server looks at them once more before they are appended.
 */
const LONG: Readonly<Record<string, string>> = {
  'opinion.because[]': 'a JSON pointer into the plan, which may lead through names that its author chose',
  'rebuttal.answers[].evidence[]': 'the same',
  'trust-policy.changes[].at':
    'a JSON pointer into the trust policy, through names of principals, models and envelopes',
};

test('no string is longer than 128 characters, but pointers into documents', () => {
  const long = entryKinds.flatMap((kind) =>
    placesOf(contentOf(kind), kind).filter(([, node]) => node.type === 'string' && mayBeLong(node)),
  );
  expect(new Set(long.map(([path]) => path))).toEqual(new Set(Object.keys(LONG)));
  for (const [, { maxLength }] of long) expect(maxLength).toBeLessThanOrEqual(256);
});

/** Whether something of 129 characters fits that is made of one of the letters that ids are made of. */
function mayBeLong({ maxLength, pattern, enum: values, const: value }: Node): boolean {
  if (values !== undefined || value !== undefined || (maxLength ?? Infinity) <= 128) return false;
  const beginnings = ['', 'run-', 'call-', 'permit-', 'sha256:', 'a', '/', 'a/'];
  const letters = ['a', '2', '0', 'f', '-', '/a', '.a', 'A', ' '];
  const candidates = beginnings.flatMap((begin) => letters.map((letter) => begin + letter.repeat(129)));
  return pattern === undefined || candidates.some((text) => new RegExp(pattern, 'u').test(text));
}

/** Values that the schema takes. */
function valuesOf(node: Node): fc.Arbitrary<unknown> {
  if (node.const !== undefined) return fc.constant(node.const);
  if (node.enum) return fc.constantFrom(...node.enum);
  if (node.anyOf) return fc.oneof(...node.anyOf.map(valuesOf));
  switch (node.type) {
    case 'object':
      return node.propertyNames && node.additionalProperties
        ? fc.dictionary(valuesOf(node.propertyNames) as fc.Arbitrary<string>, valuesOf(node.additionalProperties), {
            maxKeys: 4,
          })
        : fc.record(
            Object.fromEntries(Object.entries(node.properties ?? {}).map(([name, field]) => [name, valuesOf(field)])),
            {
              requiredKeys: [...(node.required ?? [])],
            },
          );
    case 'array':
      return fc.array(valuesOf(node.items || {}), {
        minLength: node.minItems ?? 0,
        maxLength: Math.min(node.maxItems ?? 4, (node.minItems ?? 0) + 4),
      });
    case 'string':
      return stringsOf(node);
    case 'integer':
      return fc.integer({ min: Math.max(node.minimum ?? 0, -1e9), max: Math.min(node.maximum ?? 1e9, 1e9) });
    case 'boolean':
      return fc.boolean();
    default:
      return fc.constant(null);
  }
}

function stringsOf({ pattern, maxLength = Infinity }: Node): fc.Arbitrary<string> {
  // A pattern alone would make days that no calendar has.
  if (pattern?.startsWith(String.raw`^\d{4}-\d\d-\d\dT`))
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  return fc.stringMatching(new RegExp(pattern ?? '^a$', 'u')).filter((text) => text.length <= maxLength);
}

/** The value with one thing in it changed, left out or added. */
function broken(value: unknown): fc.Arbitrary<unknown> {
  const other = fc.oneof(
    fc.constant(null),
    fc.string(),
    fc.double(),
    fc.constant([]),
    fc.constant({}),
    fc.constant(-1),
  );
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return other;
  const entries = Object.entries(value);
  const added = fc.string({ minLength: 1 }).map((name) => ({ ...value, [`x-${name}`]: 1 }));
  if (entries.length === 0) return fc.oneof(other, added);
  const changed = fc.nat(entries.length - 1).chain((at) => {
    const [name = '', inner] = entries[at] ?? [];
    const without = Object.fromEntries(entries.filter(([key]) => key !== name));
    return fc.oneof(
      fc.constant(without),
      broken(inner).map((changedValue) => ({ ...value, [name]: changedValue })),
    );
  });
  return fc.oneof(added, changed, changed);
}

test.for(entryKinds)('the published form of a %s takes exactly what is taken here', (kind) => {
  const published = z.fromJSONSchema(contentOf(kind) as z.core.JSONSchema.JSONSchema);
  const own = predicateSchemas[kind];
  fc.assert(
    fc.property(valuesOf(contentOf(kind)), (value) => {
      expect(own.safeParse(value)).toEqual({ success: true, data: value });
      expect(published.safeParse(value).success).toBe(true);
    }),
    { numRuns: 40 },
  );
  fc.assert(
    fc.property(valuesOf(contentOf(kind)).chain(broken), (value) => {
      expect(published.safeParse(value).success).toBe(own.safeParse(value).success);
    }),
    { numRuns: 80 },
  );
});

test('the statement around the content is published as it is checked', () => {
  const { statement } = schema.$defs;
  const { oneOf, ...outer } = statement as Node & { readonly oneOf: readonly unknown[] };
  expect(outer).toEqual({ ...z.toJSONSchema(statementDocumentSchema), $schema: undefined });
  expect(oneOf).toHaveLength(entryKinds.length);
});
