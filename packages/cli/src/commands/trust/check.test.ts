import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stateDirectory } from '@duovir/principal';
import type { Principal, QuorumRule, TrustPolicy } from '@duovir/protocol';
import { initialise } from '../../init/initialise.ts';
import { readModelsFile } from '../../init/models-file.ts';
import { judgePolicy } from '../../trust/judge-policy.ts';
import { PolicySource } from '../../trust/policy-source.ts';
import { Desk } from '../../trust/trust.fixture.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => rmSync(desk.folder, { recursive: true, force: true }));

test('the default policy has no findings', async () => {
  expect(await desk.trust('check')).toMatchObject({ code: 'ok', said: expect.stringContaining('Nothing is wrong') });
  expect((await desk.trust('check', '--json')).said).toContain('"findings":[]');
});

test('the policy with the models of the guide has no errors', async () => {
  const guide = fileURLToPath(new URL('../../../../../docs/guide/models.example.yaml', import.meta.url));
  const root = join(desk.folder, 'with-models');
  await initialise(root, new Date(), {}, readModelsFile(guide));
  const { policy } = new PolicySource(stateDirectory(root), new Date()).inForce;
  expect(judgePolicy(policy).filter(({ level }) => level === 'error')).toEqual([]);
});

type Change = (policy: TrustPolicy) => Partial<TrustPolicy>;

const rule =
  (riskClass: 'R1' | 'R2' | 'R3', change: Partial<QuorumRule>): Change =>
  ({ quorum }) => ({ quorum: { ...quorum, [riskClass]: { ...quorum[riskClass], ...change } } });
const without =
  (leaving: (principal: Principal) => boolean): Change =>
  ({ principals }) => ({ principals: principals.filter((principal) => !leaving(principal)) });

const broken: readonly (readonly [string, string, Change])[] = [
  ['a class without a rule', 'quorum.no-rule', ({ quorum: { R3: _R3, ...quorum } }) => ({ quorum })],
  ['more reviewers than there are', 'quorum.reviewers-unreachable', rule('R3', { reviewers: 9 })],
  ['one group that carries R2', 'quorum.one-group', rule('R2', { groups: 1, people: 0, cardholderPeople: 0 })],
  ['one person for cardholder data', 'quorum.one-person', rule('R3', { cardholderPeople: 1 })],
  ['an adversary that is not enrolled', 'quorum.adversary-missing', without(({ mandate }) => mandate === 'adversary')],
  ['a class that is weaker than the one below', 'quorum.weaker', rule('R2', { people: 2, cardholderPeople: 2 })],
  [
    'nobody left to approve',
    'quorum.people-unreachable',
    without(({ name }) => name === 'deputy' || name === 'approver'),
  ],
  ['a permit that lives too long', 'quorum.permit-long', rule('R1', { permitSeconds: 3600 })],
  [
    'more witnesses than keys',
    'witnesses.quorum-unreachable',
    ({ witnesses }) => ({ witnesses: { ...witnesses, quorum: 2 } }),
  ],
  [
    'two runners',
    'principals.role-twice',
    ({ principals }) => ({
      principals: principals.map((one) => (one.name === 'attestor' ? { ...one, role: 'runner' } : one)),
    }),
  ],
  ['access policies that mean nothing', 'access.invalid', () => ({ access: { policies: 'permit (everybody);' } })],
  [
    'one person under two names',
    'principals.person-twice',
    ({ principals }) => ({
      principals: principals.map((one) => (one.role === 'person' ? { ...one, subject: 'u-1' } : one)),
    }),
  ],
];

test.each(broken)('%s: %s', async (_, id, change) => {
  const draft = await desk.draft(change);
  const { code, said } = await desk.trust('check', draft);
  expect([code, said]).toEqual(['trust-unsound', expect.stringContaining(id)]);
  expect(await desk.trust('sign', draft, '--out', desk.path('never.json'))).toMatchObject({ code: 'trust-unsound' });
});

test('a warning is told, and is no error', async () => {
  const draft = await desk.draft(() => ({ requests: { signedFrom: 'R3' } }));
  expect(await desk.trust('check', draft)).toMatchObject({
    code: 'ok',
    said: expect.stringContaining('requests.unsigned'),
  });
});
