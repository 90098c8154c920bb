import { expect, test } from 'vitest';
import fc from 'fast-check';
import type { Plan } from '@duovir/protocol';
import { openSandbox, planOf, soundPlan, soundPolicy, soundRequest, soundSteps, step } from '../fixtures/plan.ts';
import { isDenied } from '../finding/finding.ts';
import { checkPlan } from './check-plan.ts';

const context = { request: soundRequest, policy: soundPolicy };
const rules = (plan: unknown, request = soundRequest) =>
  checkPlan(plan, { ...context, request }).map(({ rule }) => rule);
const probe = { id: 'p', action: 'file.probe@1', with: { path: '/workspace/x' }, expect: { exists: true } };
const withSteps = (...steps: unknown[]) => planOf([openSandbox, ...steps]);
const commandProbe = (...argv: string[]) => ({ id: 'p', action: 'command.probe@1', with: { argv }, expect: {} });

test('a sound plan passes every check', () => {
  expect(checkPlan(soundPlan, context)).toEqual([]);
});

test('what is not a plan is denied with the place of the error', () => {
  const findings = checkPlan({ ...soundPlan, steps: [{ id: 'x' }] }, context);
  expect(isDenied(findings)).toBe(true);
  expect(findings.some(({ evidence }) => evidence[0]?.startsWith('/steps/0/'))).toBe(true);
});

const write = (path: string, undo: string) =>
  step(
    'write',
    { action: 'file.write@1', with: { path, content: '' } },
    {
      needs: ['sandbox'],
      verify: [probe],
      compensate: { kind: 'action', call: { action: 'path.remove@1', with: { path: undo } } },
    },
  );
const command = (verify: unknown[], needs = ['sandbox']) =>
  step('run', { action: 'command.run@1', with: { argv: ['mkdir', '/workspace/x'] } }, { needs, verify });

test.each<[string, Plan]>([
  ['check.step-unique', withSteps(command([probe]), command([probe]))],
  ['check.need-exists', withSteps(command([probe], ['absent']))],
  ['check.needs-acyclic', withSteps(command([probe], ['run']))],
  ['check.sandbox-first', planOf([command([probe], [])])],
  ['check.sandbox-once', withSteps({ ...(openSandbox as object), id: 'again' })],
  ['check.verify-present', withSteps(command([]))],
  ['check.compensation-pair', withSteps(write('/workspace/x', '/workspace/y'))],
  ['check.probe-unique', withSteps(command([probe, probe]))],
  ['check.probe-reads', withSteps(command([commandProbe('psql', '-c', 'delete from t')]))],
  ['check.probe-reads', withSteps(command([commandProbe('psql', '-c', 'select 1; drop table t')]))],
  ['check.probe-reads', withSteps(command([commandProbe('psql', '-c', "select pg_drop_replication_slot('a')")]))],
  ['check.probe-reads', withSteps(command([commandProbe('redis-cli', '-p', '1', 'set', 'a', 'b')]))],
  ['check.probe-reads', withSteps(command([commandProbe('curl', '-sX', 'POST', 'http://127.0.0.1')]))],
  ['check.probe-reads', withSteps(command([commandProbe('rm', '/workspace/x')]))],
  ['check.request-environment', planOf(soundSteps, { environment: 'staging' })],
  ['check.request-data-class', planOf(soundSteps, { dataClass: 'public' })],
  ['check.request-run', planOf(soundSteps, { run: 'run-bbbbbbbbbbbbbbbbbbbb' })],
  ['check.request-target', planOf(soundSteps, { target: { kind: 'sandbox', id: 'run-bbbbbbbbbbbbbbbbbbbb' } })],
  ['check.request-input', planOf(soundSteps, { source: { ...soundPlan.source, inputs: { port: 6380 } } })],
  ['check.input-port', planOf(soundSteps, { source: { ...soundPlan.source, inputs: { port: 6379, otherPort: 80 } } })],
  [
    'floor.secret-literal',
    planOf(soundSteps, { source: { ...soundPlan.source, inputs: { port: 6379, password: 'hunter22' } } }),
  ],
  ['floor.path-outside', withSteps(write('/etc/x', '/etc/x'))],
])('%s denies', (rule, plan) => {
  const findings = checkPlan(plan, context);
  expect(findings.map((finding) => finding.rule)).toContain(rule);
  expect(isDenied(findings)).toBe(true);
});

test.each([
  ['psql', '-h', '127.0.0.2', '-tAc', 'select count(*) from pg_stat_replication'],
  ['psql', '-c', "select note from updates where note = 'delete'"],
  ['psql', '-XAtqc', "select count(*) from pg_stat_replication where state in ('streaming')"],
  ['redis-cli', '-c', '-p', '7001', 'get', 'key'],
  ['redis-cli', '--cluster', 'check', '127.0.0.1:7001'],
  ['pg_isready', '-h', '127.0.0.2'],
  ['curl', '-sf', 'http://127.0.0.1:8080/health'],
  ['nginx', '-t', '-c', '/workspace/nginx.conf'],
])('a probe may run %s %s', (...argv) => {
  expect(rules(withSteps(command([commandProbe(...argv)])))).toEqual([]);
});

test('the rehearsal of the plan is the one that was asked for', () => {
  const request = { ...soundRequest, request: { ...soundRequest.request, occupiedPorts: [6379] } };
  expect(rules(soundPlan, request)).toContain('check.request-rehearsal');
});

test('a request by nobody who is enrolled is denied', () => {
  expect(rules(soundPlan, { ...soundRequest, requester: 'mallory' })).toContain('check.requester-enrolled');
});

test('the goal is held to the same floor as the steps', () => {
  const plan = planOf(soundSteps, {
    goal: { statement: 'look', successCriteria: [commandProbe('cat', '/proc/1/environ')] },
  });
  expect(rules(plan)).toContain('floor.host-interface');
});

test('the checks are total: any JSON value is answered, and only a plan can pass', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      expect(isDenied(checkPlan(value, context))).toBe(true);
    }),
  );
});

test('a plan with any one field replaced is answered with findings, never with an error', () => {
  const paths = leafPaths(soundPlan);
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 1 }), (path, value) => {
      const broken = structuredClone(soundPlan) as unknown;
      const parent = path.slice(0, -1).reduce((node, key) => (node as Record<string, unknown>)[key], broken);
      (parent as Record<string, unknown>)[path.at(-1) ?? ''] = value;
      expect(Array.isArray(checkPlan(broken, context))).toBe(true);
    }),
  );
});

function leafPaths(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) => leafPaths(child, [...path, key]));
}
