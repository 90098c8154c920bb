import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpinionDetail } from '@duovir/protocol';
import { startSigned } from '../../signed-run.ts';
import { Chamber, found, GOAL, opinionsOf, statements, type Wishes, refused } from './chamber.ts';
import { forgotten, type Trick } from './cheat.ts';

let chamber: Chamber;
beforeAll(async () => {
  chamber = await Chamber.open();
}, 120_000);
afterAll(() => chamber.close());

const finding = (severity: 'high' | 'critical', evidence?: string[]): OpinionDetail => ({
  rationale: 'This must not be.',
  findings: [found(severity, evidence)],
});
const silence: Trick = { committed: () => ({}) };

/** Rejects in the blind vote, and does in the second what `again` says. */
function turning(again: Trick['says']): Trick {
  return {
    detail: ({ phase }) => (phase === 'blind' ? finding('high') : { rationale: 'All is well.', findings: [] }),
    says: (asked) => (asked.phase === 'blind' ? { verdict: 'reject' } : (again?.(asked) ?? {})),
  };
}

const attempts: readonly (readonly [string, string, Trick, Wishes?])[] = [
  [
    'Invariant 8: an exhausted budget',
    'verdict.budget-exhausted',
    { says: () => ({ verdict: 'abstain', abstention: 'budget' }) },
  ],
  [
    'Invariant 8: an exhausted budget turned into an approval',
    'verdict.budget-exhausted',
    { says: () => ({ abstention: 'budget' }) },
  ],
  [
    'Invariant 6: an abstention where the rule wants two',
    'people.no-answer',
    { says: () => ({ verdict: 'abstain', abstention: 'nothing-known' }) },
  ],
  [
    'Invariant 3: an evidenced critical finding of one who approves',
    'verdict.critical-finding',
    { detail: () => finding('critical') },
  ],
  [
    'Invariant 3: a rejection that becomes an approval without a cause',
    'verdict.rejected-finding',
    turning(() => ({ verdict: 'approve', changedFrom: 'reject', because: [] })),
  ],
  [
    'Invariant 3: a rejection that becomes an approval for a cause nobody has shown',
    'verdict.rejected-finding',
    turning(() => ({ verdict: 'approve', changedFrom: 'reject', because: ['f-99999999'] })),
  ],
  [
    'Invariant 3: a rejection that becomes an approval, and was never one by its own word',
    'verdict.rejected-finding',
    turning(({ debate }) => ({
      verdict: 'approve',
      changedFrom: null,
      because: (debate?.findings ?? []).map(({ id }) => id),
    })),
  ],
  ['Invariant 2: two personas of one rule author as two groups', 'people.no-answer', {}, { environment: 'staging' }],
  [
    'Invariant 2: the adversary as the second reviewer',
    'people.no-answer',
    silence,
    { environment: 'production', adversary: { says: () => ({ verdict: 'approve' }) } },
  ],
  [
    'Invariant 6: an adversary that has not looked',
    'people.no-answer',
    {},
    { environment: 'production', adversary: { says: () => ({ verdict: 'abstain', abstention: 'no-answer' }) } },
  ],
  [
    'Invariant 6: an adversary that says nothing at all',
    'people.no-answer',
    {},
    { environment: 'production', adversary: silence },
  ],
];

const attacks = attempts.map(([name, reason, trick, wishes = {}]) => [name, reason, trick, wishes] as const);

test.concurrent.each(attacks)('%s: %s', async (_, reason, trick, wishes) => {
  const outcome = await chamber.attempt(trick, wishes);
  await refused(chamber.house, outcome, reason);
  const verdict = statements(outcome, 'verdict').at(-1)?.predicate;
  expect(verdict?.counted.approvals).toBeLessThanOrEqual(2);
  expect(verdict?.opinions).toHaveLength(opinionsOf(outcome).length);
});

test.concurrent('Invariant 1: a reviewer that forgets what it was bound to until it is asked no more', async () => {
  const outcome = await chamber.attempt({ revealed: () => forgotten() });
  await refused(chamber.house, outcome, 'review.no-answer');
  const rounds = chamber.security.asked.filter(({ run }) => run === outcome.run).map(({ round }) => round);
  expect(rounds).toEqual([1, 2, 3]);
  expect(opinionsOf(outcome)).toEqual([]);
});

test.concurrent('Invariant 1: a reviewer that reads before it commits finds nothing to read', async () => {
  const seen: string[][] = [];
  const { house, security } = chamber;
  const look: Trick = {
    committed: async (answer, { run }) => {
      const opinions = await house.client('approver').opinions(run);
      seen.push(opinions.map(({ reviewer }) => reviewer));
      seen.push((await house.entries(run)).filter(({ kind }) => kind === 'opinion').map(({ principal }) => principal));
      return answer;
    },
    says: () => ({ verdict: 'abstain', abstention: 'nothing-known' }),
  };
  const outcome = await chamber.attempt(look);
  expect(seen).toEqual([[], []]);
  const [asked] = security.asked.filter(({ run }) => run === outcome.run);
  expect(asked).toMatchObject({ phase: 'blind', debate: null });
  expect(JSON.stringify(asked)).not.toContain('verdict');
  await refused(chamber.house, outcome, 'people.no-answer');
});

test('what two honest reviewers approve is permitted, by the same server', async () => {
  const { house } = chamber;
  const { id } = await startSigned(house.state.root, house.client(), { goal: GOAL, target: 'sandbox' });
  expect((await house.events(id, 'permit-mint')).at(-1)?.type).toBe('permit-mint');
  await house.client().cancel(id);
  await house.events(id);
});

test('Invariant 9: the ledger of all these attempts verifies offline', async () => {
  expect(
    JSON.parse(await chamber.house.duovir('ledger', 'verify', '--json', '--url', chamber.house.url)),
  ).toMatchObject({ ok: true });
});
