import { expect, test } from 'vitest';
import { trustPolicySchema, type Principal, type QuorumRule, type TrustPolicy } from '@duovir/protocol';
import { authorise, validateAccess } from '../access.ts';
import { checkTrustPolicy } from './check-trust-policy.ts';
import { enrolled, soundPolicy, vkeyOf } from './installation.fixture.ts';
import type { TrustRule } from './trust-rule.ts';

const access = { validate: validateAccess, authorise };
type Class = 'R0' | 'R1' | 'R2' | 'R3';

function withRule(riskClass: Class, change: Partial<QuorumRule>): TrustPolicy {
  const rule = soundPolicy.quorum[riskClass];
  if (!rule) throw new RangeError(riskClass);
  return { ...soundPolicy, quorum: { ...soundPolicy.quorum, [riskClass]: { ...rule, ...change } } };
}

function pick({ quorum }: TrustPolicy, riskClass: Class): TrustPolicy['quorum'] {
  const rule = quorum[riskClass];
  return rule ? { [riskClass]: rule } : {};
}

function withPrincipals(change: (principals: readonly Principal[]) => Principal[]): TrustPolicy {
  return { ...soundPolicy, principals: change(soundPolicy.principals) };
}

const without = (name: string): TrustPolicy =>
  withPrincipals((principals) => principals.filter((principal) => principal.name !== name));
const changed = (name: string, change: Partial<Principal>): TrustPolicy =>
  withPrincipals((all) => all.map((principal) => (principal.name === name ? { ...principal, ...change } : principal)));
const keyOf = (name: string): string => soundPolicy.principals.find((one) => one.name === name)?.publicKey ?? '';
const attackedBelow: TrustPolicy = {
  ...soundPolicy,
  quorum: { ...withRule('R2', { adversary: true }).quorum, ...pick(withRule('R3', { adversary: false }), 'R3') },
};
const { R2: _, ...withoutR2 } = soundPolicy.quorum;
const second = { digest: `sha256:${'a'.repeat(64)}`, decidedUntil: '2026-03-02T10:00:00.000Z' } as const;
const envelope = {
  id: 'port',
  signature: 'net.port-in-use',
  inputs: ['port'],
  range: { kind: 'port', from: 5000, to: 5100 },
  environments: ['development'],
  attempts: 2,
} as const satisfies TrustPolicy['envelopes'][number];
const cap = { tokens: 1000, microUsd: 1000 };

test('a sound policy has no findings', () => {
  expect(trustPolicySchema.safeParse(soundPolicy).success).toBe(true);
  expect(checkTrustPolicy(soundPolicy, access)).toEqual([]);
});

const broken: readonly (readonly [TrustRule, string, TrustPolicy])[] = [
  ['quorum.no-rule', '/quorum/R2', { ...soundPolicy, quorum: withoutR2 }],
  ['quorum.reviewers-unreachable', '/quorum/R3/reviewers', withRule('R3', { reviewers: 3 })],
  ['quorum.approvals-unreachable', '/quorum/R3/approvals', withRule('R3', { approvals: 3 })],
  ['quorum.approvals-above-reviewers', '/quorum/R3/approvals', withRule('R3', { reviewers: 1 })],
  ['quorum.groups-unreachable', '/quorum/R3/groups', withRule('R3', { groups: 4 })],
  ['quorum.people-unreachable', '/quorum/R3/people', withRule('R3', { people: 3 })],
  ['quorum.people-unreachable', '/quorum/R3/cardholderPeople', changed('cara', { roles: ['auditor'] })],
  ['quorum.adversary-missing', '/quorum/R3/adversary', without('reviewer-adversary')],
  ['quorum.no-approval', '/quorum/R1/approvals', withRule('R1', { approvals: 0 })],
  ['quorum.one-group', '/quorum/R2/groups', withRule('R2', { people: 0, groups: 1, cardholderPeople: 0 })],
  ['quorum.one-group', '/quorum/R2/groups', withRule('R2', { people: 0, groups: 1, reviewers: 1, approvals: 1 })],
  ['quorum.one-person', '/quorum/R3/cardholderPeople', withRule('R3', { cardholderPeople: 1 })],
  ['quorum.weaker', '/quorum/R3/people', withRule('R2', { people: 2 })],
  ['quorum.weaker', '/quorum/R3/adversary', attackedBelow],
  ['quorum.weaker', '/quorum/R2/veto', withRule('R2', { people: 0 })],
  ['quorum.permit-long', '/quorum/R1/permitSeconds', withRule('R1', { permitSeconds: 901 })],
  ['quorum.time-short', '/quorum/R1/reviewSeconds', withRule('R1', { reviewSeconds: 1 })],
  ['quorum.time-short', '/quorum/R2/peopleTimeoutSeconds', withRule('R2', { peopleTimeoutSeconds: 60 })],
  ['quorum.time-long', '/quorum/R2/peopleTimeoutSeconds', withRule('R2', { peopleTimeoutSeconds: 2_000_000 })],
  [
    'quorum.dissent-omissible',
    '/quorum/R2/reviewers',
    withPrincipals((all) => [...all, enrolled('reviewer-cost', 'reviewer', { mandate: 'cost' })]),
  ],
  ['principals.role-missing', '/principals', without('attestor')],
  ['principals.name-reserved', '/principals/12', withPrincipals((all) => [...all, enrolled('gateway', 'person')])],
  ['principals.name-twice', '/principals/7', changed('reviewer-reliability', { name: 'reviewer-security' })],
  ['principals.key-twice', '/principals/7', changed('reviewer-reliability', { publicKey: keyOf('reviewer-security') })],
  ['principals.role-twice', '/principals', withPrincipals((all) => [...all, enrolled('runner-two', 'runner')])],
  ['principals.role-unused', '/principals', withPrincipals((all) => [...all, enrolled('planner-two', 'planner')])],
  [
    'principals.no-mandate',
    '/principals/6',
    withPrincipals((all) =>
      all.map((one) => (one.name === 'reviewer-security' ? enrolled(one.name, 'reviewer', { group: 'rules' }) : one)),
    ),
  ],
  ['principals.person-without-roles', '/principals/11', changed('cara', { roles: [] })],
  [
    'principals.person-without-subject',
    '/principals/11',
    { ...soundPolicy, login: { issuer: 'https://id.example', clientId: 'duovir', audience: 'duovir' } },
  ],
  [
    'principals.person-twice',
    '/principals/11',
    withPrincipals((all) => all.map((one) => (/bob|cara/.test(one.name) ? { ...one, subject: 'b-1' } : one))),
  ],
  ['principals.person-in-group', '/principals/10', changed('bob', { group: 'rules' })],
  ['log.vkey-malformed', '/log/vkey', { ...soundPolicy, log: { ...soundPolicy.log, vkey: 'acme.example+00+AA==' } }],
  [
    'log.key-foreign',
    '/log/vkey',
    { ...soundPolicy, log: { ...soundPolicy.log, vkey: vkeyOf('acme.example/log', 1, 'runner') } },
  ],
  // A point of order 8.
  [
    'principals.key-unsound',
    '/principals/11',
    changed('cara', { publicKey: 'xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA3o=' }),
  ],
  [
    'witnesses.quorum-unreachable',
    '/witnesses/quorum',
    // The same key under two names is one witness.
    { ...soundPolicy, witnesses: { quorum: 2, vkeys: [vkeyOf('one', 4, 'witness'), vkeyOf('two', 4, 'witness')] } },
  ],
  [
    'witnesses.log-key',
    '/witnesses/vkeys/0',
    { ...soundPolicy, witnesses: { quorum: 1, vkeys: [vkeyOf('w', 4, 'server')] } },
  ],
  ['envelopes.twice', '/envelopes/1/id', { ...soundPolicy, envelopes: [envelope, envelope] }],
  [
    'envelopes.input-unknown',
    '/envelopes/0/inputs/0',
    { ...soundPolicy, envelopes: [{ ...envelope, inputs: ['steps[0]'] }] },
  ],
  [
    'envelopes.signature-unknown',
    '/envelopes/0/signature',
    { ...soundPolicy, envelopes: [{ ...envelope, signature: '*' }] },
  ],
  [
    'envelopes.range-empty',
    '/envelopes/0/range',
    { ...soundPolicy, envelopes: [{ ...envelope, range: { kind: 'port', from: 2, to: 1 } }] },
  ],
  [
    'envelopes.production',
    '/envelopes/0/environments',
    { ...soundPolicy, envelopes: [{ ...envelope, environments: ['production'] }] },
  ],
  ['break-glass.people-unreachable', '/breakGlass/people', without('cara')],
  ['break-glass.people-unreachable', '/breakGlass/people', changed('cara', { roles: ['auditor'] })],
  ['requests.unsigned', '/requests/signedFrom', { ...soundPolicy, requests: { signedFrom: 'R2' } }],
  ['supersedes.missing', '/supersedes', { ...soundPolicy, version: 2 }],
  ['supersedes.first', '/supersedes', { ...soundPolicy, supersedes: second }],
  [
    'supersedes.long',
    '/supersedes/decidedUntil',
    { ...soundPolicy, version: 2, supersedes: { ...second, decidedUntil: '2026-04-01T10:00:00.000Z' } },
  ],
  [
    'budget.nothing',
    '/budget/run/tokens',
    {
      ...changed('planner', { brain: { kind: 'model', model: 'gpt', consult: 'always' } }),
      budget: { ...soundPolicy.budget, day: cap, team: cap, agent: cap, motion: cap, run: { ...cap, tokens: 0 } },
    },
  ],
  ['access.invalid', '/access/policies', { ...soundPolicy, access: { policies: 'permit (principal' } }],
  ['access.nobody-requests', '/access/policies', { ...soundPolicy, access: { policies: '' } }],
  [
    'access.stop-for-good',
    '/access/policies',
    {
      ...soundPolicy,
      access: {
        policies: `${soundPolicy.access.policies}
forbid (principal, action == Duovir::Action::"stop", resource) unless { principal.name == "bob" };`,
      },
    },
  ],
  ['access.nobody-administers', '/access/policies', changed('bob', { roles: ['approver'] })],
];

test.each(broken)('%s at %s', (id, at, policy) => {
  const findings = checkTrustPolicy(policy, access);
  expect(findings).toContainEqual(expect.objectContaining({ id, at }));
  expect(findings.map(({ level }) => level)).toEqual(findings.map(({ level }) => level).toSorted());
});

test('who may not approve by the access policies is not counted on', () => {
  const policy = changed('cara', { roles: ['auditor'] });
  expect(checkTrustPolicy(policy).map(({ id }) => id)).toEqual([]);
  expect(checkTrustPolicy(policy, access).map(({ id }) => id)).toContain('quorum.people-unreachable');
});

test('access policies that go by name are judged person by person', () => {
  const four = `permit (principal, action, resource);
    forbid (principal == Duovir::Person::"bob", action == Duovir::Action::"approve", resource);`;
  const ids = checkTrustPolicy({ ...soundPolicy, access: { policies: four } }, access).map(({ id }) => id);
  expect(ids).toContain('quorum.people-unreachable');
});

test('an organisation of two hundred people is judged in no more questions than it has kinds of people', () => {
  let questions = 0;
  const counting = {
    ...access,
    authorise: (...question: Parameters<typeof authorise>) => {
      questions += 1;
      return authorise(...question);
    },
  };
  const staff = Array.from({ length: 200 }, (_unused, at) =>
    enrolled(`staff-${at}`, 'person', { roles: ['operator'] }),
  );
  expect(
    checkTrustPolicy(
      withPrincipals((all) => [...all, ...staff]),
      counting,
    ),
  ).toEqual([]);
  expect(questions).toBeLessThan(300);
});

test('the log may have a key of its own', () => {
  const log = { ...soundPolicy.log, vkey: vkeyOf('acme.example/log', 1, 'a key that nobody else has') };
  expect(checkTrustPolicy({ ...soundPolicy, log }, access)).toEqual([]);
});
