import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ProtocolError,
  envelopeSchema,
  executeRequestSchema,
  parseStatement,
  planSchema,
  predicateSchemas,
  tally,
  trustPolicySchema,
  type Json,
} from '@duovir/protocol';
import { firstVote } from './first-vote.ts';
import { installation } from './installation.ts';

/** Every object inside a document, each as the way that leads to it. */
function objectsIn(value: Json, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, child]) => objectsIn(child, [...way, key]));
  return Array.isArray(value) ? inside : [way, ...inside];
}

function withField(document: Json, way: readonly string[], name: string): Json {
  const copy = structuredClone(document);
  const place = way.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], copy);
  (place as Record<string, Json>)[name] = true;
  return copy;
}

test('Invariant 6, unknown is no: one unknown field anywhere voids a trust policy', async () => {
  const { policy } = await installation();
  const document = JSON.parse(JSON.stringify(policy)) as Json;
  expect(trustPolicySchema.safeParse(document).success).toBe(true);
  for (const way of objectsIn(document)) {
    expect(trustPolicySchema.safeParse(withField(document, way, 'alsoAllow')).success, way.join('.')).toBe(false);
  }
});

test('Invariant 6, unknown is no: what was not written as one is no plan, envelope, statement or permit', () => {
  const schemas = [planSchema, envelopeSchema, executeRequestSchema, predicateSchemas.permit, predicateSchemas.opinion];
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...schemas), (value, schema) => {
      expect(schema.safeParse(value).success).toBe(false);
      expect(() => parseStatement(value)).toThrow(ProtocolError);
    }),
  );
});

test('Invariant 6, unknown is no: a risk class without a rule is carried by nobody', async () => {
  const { policy } = await installation();
  const opinions = policy.principals.map(({ name }) => firstVote(name, 'approve'));
  const approvals = policy.principals.map(({ name }) => ({ person: name, verdict: 'approve' as const }));
  const nobody = { proposer: 'nobody', requester: 'nobody', dataClass: 'public', brokenBy: [] };
  const ballot = { opinions, approvals, ...nobody, policy } as const;
  for (const riskClass of ['R0', 'R1', 'R2', 'R3', 'R4'] as const)
    expect(tally({ ...ballot, riskClass, rule: undefined }).verdict).toBe('rejected');
});
