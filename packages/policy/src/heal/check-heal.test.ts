import { expect, test } from 'vitest';
import fc from 'fast-check';
import type { HealEnvelope, Plan } from '@duovir/protocol';
import { soundPlan, soundPolicy } from '../fixtures/plan.ts';
import { checkHeal } from './check-heal.ts';
import { isPortReplaced } from './replaced-port.ts';

const envelope = soundPolicy.envelopes[0] as HealEnvelope;

/** The plan as a template renders it with another port. */
function patched(to: number, rest: Partial<Plan> = {}): Plan {
  const text = JSON.stringify(soundPlan).replaceAll('6379', String(to));
  return { ...(JSON.parse(text) as Plan), revision: 2, salt: 'a'.repeat(32), ...rest };
}

const rules = (next: unknown, rest: Partial<Parameters<typeof checkHeal>[0]> = {}) =>
  checkHeal({ previous: soundPlan, next, envelope, ...rest }).map(({ rule }) => rule);

test('a new port inside the envelope, carried through, is a heal', () => {
  expect(rules(patched(6400), { patchedInputs: ['port'] })).toEqual([]);
});

function changed(change: (plan: Mutable) => void): unknown {
  const plan = patched(6400) as unknown as Mutable;
  change(plan);
  return plan;
}

/** Just enough of a plan's shape to spoil one. */
interface Mutable {
  environment: string;
  goal: { statement: string; successCriteria: [{ expect: { equals: string } }] };
  source: { digest: string; inputs: Record<string, unknown> };
  steps: [MutableStep, MutableStep, MutableStep, MutableStep];
}

interface MutableStep {
  timeoutMs: number;
  needs: string[];
  verify: unknown[];
  call: { with: { argv: [string]; content: string; limits: { processes: number } } };
}

test.each<[string, unknown]>([
  ['heal.range', patched(6500)],
  ['heal.one-input', { ...soundPlan, revision: 2 }],
  ['heal.revision', patched(6400, { revision: 3 })],
  ['heal.one-input', changed((plan) => (plan.source.inputs['other'] = 1))],
  ['heal.one-input', changed((plan) => delete plan.source.inputs['occupiedNote'])],
  ['heal.port-value', changed((plan) => (plan.source.inputs['port'] = 'any'))],
  ['heal.unrelated-change', changed((plan) => plan.steps.pop())],
  ['heal.unrelated-change', changed((plan) => plan.steps.push(plan.steps[1]))],
  ['heal.unrelated-change', changed((plan) => plan.steps[3].verify.pop())],
  ['heal.unrelated-change', changed((plan) => (plan.steps[3].call.with.argv[0] = 'nginx'))],
  ['heal.unrelated-change', changed((plan) => (plan.steps[0].call.with.limits.processes = 1000))],
  ['heal.unrelated-change', changed((plan) => (plan.steps[2].call.with.content += ' '))],
  ['heal.unrelated-change', changed((plan) => (plan.steps[3].timeoutMs = 90_000))],
  ['heal.unrelated-change', changed((plan) => (plan.steps[1].needs = []))],
  ['heal.unrelated-change', changed((plan) => (plan.environment = 'staging'))],
  ['heal.unrelated-change', changed((plan) => (plan.goal.statement = 'Start Redis on 6400'))],
  ['heal.unrelated-change', changed((plan) => (plan.source.digest = `sha256:${'2'.repeat(64)}`))],
  ['heal.unrelated-change', changed((plan) => (plan.goal.successCriteria[0].expect.equals = ''))],
  ['heal.schema', { kind: 'Plan' }],
])('%s', (rule, next) => {
  expect(rules(next)).toContain(rule);
});

test('what the healer says it changed is what it changed', () => {
  expect(rules(patched(6400), { patchedInputs: ['occupiedNote'] })).toContain('heal.patch-claim');
});

test('an envelope holds only where it was agreed', () => {
  expect(rules(patched(6400), { envelope: { ...envelope, environments: ['staging'] } })).toContain('heal.environment');
  expect(rules(patched(6400), { envelope: { ...envelope, inputs: ['replicaPort'] } })).toContain('heal.input-allowed');
});

test('any other change of any leaf is found', () => {
  const next = patched(6400);
  fc.assert(
    fc.property(fc.constantFrom(...leafPaths(next)), fc.oneof(fc.string(), fc.integer()), (path, value) => {
      const mutant = structuredClone(next) as unknown;
      const parent = path.slice(0, -1).reduce((node, key) => (node as Record<string, unknown>)[key], mutant);
      const key = path.at(-1) ?? '';
      const before = (parent as Record<string, unknown>)[key];
      fc.pre(before !== value && path[0] !== 'salt');
      (parent as Record<string, unknown>)[key] = value;
      expect(checkHeal({ previous: soundPlan, next: mutant, envelope })).not.toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('a number is replaced only where it stands alone', () => {
  expect(isPortReplaced('host=a port=5432 x', 'host=a port=5433 x', 5432, 5433)).toBe(true);
  expect(isPortReplaced('/tmp/.s.PGSQL.5432', '/tmp/.s.PGSQL.5433', 5432, 5433)).toBe(true);
  expect(isPortReplaced('127.0.0.1:5432,127.0.0.2:5432', '127.0.0.1:5433,127.0.0.2:5432', 5432, 5433)).toBe(true);
  expect(isPortReplaced('x54321', 'x54331', 5432, 5433)).toBe(false);
  expect(isPortReplaced('1.5432', '1.5433', 5432, 5433)).toBe(false);
  expect(isPortReplaced('port 5432', 'port 5433 ', 5432, 5433)).toBe(false);
  expect(isPortReplaced('port 5432', 'port 5434', 5432, 5433)).toBe(false);
});

function leafPaths(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) => leafPaths(child, [...path, key]));
}
