import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkHeal, isDenied } from '@duovir/policy';
import type { HealEnvelope, Json, Plan } from '@duovir/protocol';
import { newRunId, planFor } from '../attack/permit/plan.fixture.ts';

const envelope: HealEnvelope = {
  id: 'database-port',
  signature: 'net.port-in-use',
  inputs: ['port'],
  range: { kind: 'port', from: 5000, to: 9999 },
  environments: ['development'],
  attempts: 2,
};
const previous = planFor(newRunId());
const healed = (port: number, plan: Plan = previous): Plan => ({
  ...plan,
  revision: plan.revision + 1,
  source: { ...plan.source, inputs: { port } },
});
const isRefused = (next: unknown): boolean => isDenied(checkHeal({ previous, next, envelope }));

test('Invariant 5, heals are motions: only a port inside the envelope passes the check', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 65_535 }), (port) => {
      const isInside = port >= 5000 && port <= 9999 && port !== previous.source.inputs['port'];
      expect(isRefused(healed(port))).toBe(!isInside);
    }),
  );
});

/** Every value of a document that is no object, as the way that leads to it. */
function leavesOf(value: unknown, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  return Object.entries(value).flatMap(([key, child]) => leavesOf(child, [...way, key]));
}

function changed(plan: Plan, way: readonly string[], value: Json): unknown {
  const copy: unknown = structuredClone(plan);
  const place = way.slice(0, -1).reduce((node, key) => (node as Record<string, unknown>)[key], copy);
  (place as Record<string, unknown>)[way.at(-1) ?? ''] = value;
  return copy;
}

test('Invariant 5, heals are motions: a patch that changes anything else is refused', () => {
  const next = healed(5434);
  const bookkeeping = new Set(['revision', 'salt', 'source.inputs.port']);
  const leaves = leavesOf(next).filter((way) => !bookkeeping.has(way.join('.')));
  fc.assert(
    fc.property(fc.constantFrom(...leaves), fc.constantFrom<Json>('/bin/sh', 1, true, null), (way, value) => {
      const other = changed(next, way, value);
      if (JSON.stringify(other) === JSON.stringify(next)) return;
      expect(isRefused(other), way.join('.')).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
