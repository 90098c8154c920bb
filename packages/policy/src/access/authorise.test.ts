import { expect, test } from 'vitest';
import { authorise } from './authorise.ts';
import type { AccessQuestion } from './question.ts';
import { validateAccess } from './validate-access.ts';

const question: AccessQuestion = {
  person: { name: 'ann', team: '', roles: ['operator'] },
  action: 'approve',
  resource: {
    kind: 'run',
    run: 'run-aaaaaaaaaaaaaaaaaaaa',
    requester: { name: 'bob', team: 'platform', roles: ['operator'] },
    environment: 'staging',
    dataClass: 'internal',
    riskClass: 'R1',
  },
};
const everything = 'permit (principal, action, resource);';
const reject = (condition: string): string =>
  `${everything}\nforbid (principal, action, resource) when { ${condition} };`;

test('what nothing permits is denied, and so is everything without a policy', () => {
  expect(authorise('', question)).toEqual({ allowed: false, reasons: [] });
  expect(authorise('// nothing', question).allowed).toBe(false);
  expect(authorise(everything, question).allowed).toBe(true);
});

test('Invariant 6: a text that does not parse denies', () => {
  expect(authorise(`${everything} permit (princ`, question)).toMatchObject({ allowed: false });
});

test('Invariant 6: a forbid that fails while it is evaluated denies, though Cedar would skip it and allow', () => {
  // 9223372036854775807 + 1 overflows: the validator cannot know, the evaluator fails, and without care the permit wins.
  const overflowing = reject('9223372036854775807 + 1 == 0');
  expect(validateAccess(overflowing)).toEqual([]);
  const decision = authorise(overflowing, question);
  expect(decision.allowed).toBe(false);
  expect(decision.reasons.join()).toContain('overflow');
});

test.each([
  ['an attribute that not every resource has', reject('resource.organisation == "x"')],
  ['an attribute that nobody has', reject('principal.seniority > 3')],
  ['an action that there is not', 'permit (principal, action == Duovir::Action::"delete", resource);'],
  ['a type that there is not', 'permit (principal is Duovir::Agent, action, resource);'],
  ['a comparison of unlike things', reject('resource.team == 3')],
  ['text that reads otherwise than it is evaluated', `${everything} // \u202e forbid (principal, action, resource);`],
  [
    'a name that only looks like one',
    `${everything} forbid (principal == Duovir::Person::"\u0430nn", action, resource);`,
  ],
  ['a template', 'permit (principal == ?principal, action, resource);'],
  [
    'two policies of one name',
    '@id("a") permit (principal, action, resource);\n@id("a") permit (principal, action, resource);',
  ],
])('%s is found before it is used, and denies if it is used all the same', (_, text) => {
  expect(validateAccess(text)).not.toEqual([]);
  expect(authorise(text, question).allowed).toBe(false);
});

test('a flaw names the policy and its line', () => {
  const flaws = validateAccess(
    `${everything}\n\n@id("seniors") permit (principal, action, resource) when { principal.age > 3 };`,
  );
  expect(flaws).toEqual([expect.stringMatching(/^seniors: .*attribute `age`.*\(line 3\)/)]);
});

test('reasons keep the names of more than ten policies apart', () => {
  const many = Array.from({ length: 13 }, (_, at) => {
    const name = `rule-${at}`;
    return `@id("${name}") permit (principal, action, resource is Duovir::Run) when { resource.environment == "${at === 11 ? 'staging' : name}" };`;
  });
  expect(authorise(many.join('\n'), question)).toEqual({ allowed: true, reasons: ['rule-11'] });
});

test('the requester is known with his roles, also when he asks himself', () => {
  const own = `permit (principal, action, resource is Duovir::Run) when { resource.requester in Duovir::Role::"operator" && resource.requester == principal };`;
  expect(authorise(own, question).allowed).toBe(false);
  const same = { ...question.resource, requester: question.person } as AccessQuestion['resource'];
  expect(authorise(own, { ...question, resource: same }).allowed).toBe(true);
});

test('whoever may approve of runs only may not break the glass, which is to approve at the installation', () => {
  const resource = { kind: 'installation', organisation: 'Test' } as const;
  const ofRuns = 'permit (principal, action == Duovir::Action::"approve", resource is Duovir::Run);';
  expect(authorise(ofRuns, { ...question, resource })).toMatchObject({ allowed: false });
  expect(authorise(ofRuns, question)).toMatchObject({ allowed: true });
});
