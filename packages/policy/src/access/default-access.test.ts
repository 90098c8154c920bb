import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accessActionSchema, defaultAccess, type AccessAction } from '@duovir/protocol';
import { authorise } from './authorise.ts';
import type { PersonFacts, RunFacts } from './question.ts';
import { validateAccess } from './validate-access.ts';

const person = (name: string, roles: readonly string[] = [], team = ''): PersonFacts => ({ name, team, roles });
const ann = person('ann', ['operator']);
const runOf = (requester: PersonFacts): RunFacts => ({
  kind: 'run',
  run: 'run-aaaaaaaaaaaaaaaaaaaa',
  requester,
  environment: 'production',
  dataClass: 'internal',
  riskClass: 'R2',
});
const installation = { kind: 'installation', organisation: 'Test' } as const;
const may = (who: PersonFacts, action: AccessAction, resource: RunFacts | typeof installation): boolean =>
  authorise(defaultAccess, { person: who, action, resource }).allowed;

const names = fc.constantFrom('ann', 'bob', 'cara', 'dan');
const roles = fc.uniqueArray(fc.constantFrom('operator', 'approver', 'administrator', 'auditor', 'unheard-of'));
const people = fc.record({ name: names, roles, team: fc.constantFrom('', 'payments', 'platform') });
const facts = fc.record({
  environment: fc.constantFrom('development', 'staging', 'production'),
  dataClass: fc.constantFrom('public', 'internal', 'confidential', 'cardholder'),
  riskClass: fc.constantFrom('', 'R0', 'R1', 'R2', 'R3', 'R4'),
});

test('the default policies are sound', () => {
  expect(validateAccess(defaultAccess)).toEqual([]);
});

test('Invariant 2: whatever roles and teams there are, nobody may approve his own request', () => {
  fc.assert(
    fc.property(people, facts, (who, about) => {
      expect(may(who, 'approve', { ...runOf(who), ...about })).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('who approves is an approver, and has not asked', () => {
  fc.assert(
    fc.property(people, people, facts, (who, requester, about) => {
      const expected = who.name !== requester.name && who.roles.includes('approver');
      expect(may(who, 'approve', { ...runOf(requester), ...about })).toBe(expected);
    }),
    { numRuns: 300 },
  );
});

test('a team reads its own runs; approvers and auditors read all', () => {
  fc.assert(
    fc.property(people, people, (who, requester) => {
      const expected =
        (who.name === requester.name ? requester.team === who.team : who.team === requester.team) ||
        who.roles.some((role) => role === 'approver' || role === 'auditor');
      expect(may(who, 'read', runOf(requester))).toBe(expected);
    }),
    { numRuns: 300 },
  );
});

test('people of no team read what people of no team have asked for', () => {
  expect(may(person('eve'), 'read', runOf(ann))).toBe(true);
  expect(may(person('eve', [], 'payments'), 'read', runOf(ann))).toBe(false);
});

test('without a role one may read and stop, and nothing else', () => {
  const allowed = accessActionSchema.options.filter((action) => may(person('eve'), action, runOf(ann)));
  expect(allowed).toEqual(['read', 'stop']);
});

test('only an administrator administers', () => {
  expect(may(person('cara', ['administrator']), 'administer', installation)).toBe(true);
  expect(may(person('bob', ['operator', 'approver', 'auditor']), 'administer', installation)).toBe(false);
});

test('only an auditor sees what is sealed, of runs and of the installation', () => {
  fc.assert(
    fc.property(people, people, facts, (who, requester, about) => {
      const expected = who.roles.includes('auditor');
      expect(may(who, 'audit', { ...runOf(requester), ...about })).toBe(expected);
      expect(may(who, 'audit', installation)).toBe(expected);
    }),
    { numRuns: 300 },
  );
});

test('access policies from before there was `audit` stay sound, and let nobody audit', () => {
  const older = defaultAccess.replace(/@id\("audit"\)[^;]*;/, '');
  expect(older).not.toBe(defaultAccess);
  expect(validateAccess(older)).toEqual([]);
  const auditor = person('dora', ['auditor', 'administrator', 'approver', 'operator']);
  for (const resource of [installation, runOf(ann)])
    expect(authorise(older, { person: auditor, action: 'audit', resource }).allowed).toBe(false);
});

test('a decision names the policies that led to it', () => {
  const question = { person: person('ann', ['approver']), action: 'approve', resource: runOf(ann) } as const;
  expect(authorise(defaultAccess, question)).toEqual({ allowed: false, reasons: ['four-eyes'] });
});

test('approvers may break the glass, and nobody else', () => {
  expect(may(person('bob', ['approver']), 'approve', installation)).toBe(true);
  expect(may(person('cara', ['operator', 'auditor', 'administrator']), 'approve', installation)).toBe(false);
});
