import { expect, test } from 'vitest';
import { finding, opinion, security } from './ballot.fixture.ts';
import { standingOpinions, type CountedOpinion } from './standing-opinion.ts';

const name = 'reviewer-security';
const second = (verdict: CountedOpinion['verdict'], rest: Partial<CountedOpinion> = {}): CountedOpinion =>
  opinion(name, verdict, { phase: 'second', ...rest });
const caused = { because: ['f-01234567'] };
const grave = { findings: [finding('critical')] };
const rejecting = opinion(name, 'reject', grave);
const rejectingAgain = second('reject', { findings: [finding('low')] });

test.each<[string, CountedOpinion[], CountedOpinion[]]>([
  ['a first vote stands until there is a second', [security], [security]],
  ['a second vote that says the same takes its place', [security, second('approve')], [second('approve')]],
  ['a change that names its cause counts', [rejecting, second('approve', caused)], [second('approve', caused)]],
  ['a change without a cause does not', [rejecting, second('approve')], [rejecting]],
  ['nor does one that drops what it had found', [rejecting, rejectingAgain], [rejecting]],
  [
    'a changed reason for silence is a change',
    [opinion(name, 'abstain', { abstention: 'budget' }), second('abstain')],
    [opinion(name, 'abstain', { abstention: 'budget' })],
  ],
  ['a second vote may find more', [security, second('approve', grave)], [second('approve', grave)]],
  ['a second vote that was never blind does not approve', [second('approve', caused)], []],
  ['a second vote that was never blind may object', [second('reject')], [second('reject')]],
  ['who votes blind twice has said both', [rejecting, security], [rejecting, security]],
  [
    'and what it says in the second vote as well',
    [security, security, second('reject')],
    [security, security, second('reject')],
  ],
  [
    'who votes a second time twice has said all of it',
    [security, second('reject', caused), second('approve')],
    [security, second('reject', caused), second('approve')],
  ],
])('%s', (_, opinions, standing) => {
  expect(standingOpinions(opinions)).toEqual(standing);
  expect(new Set(standingOpinions(opinions.toReversed()))).toEqual(new Set(standing));
});

test('each reviewer stands for itself', () => {
  const other = opinion('reviewer-other', 'approve');
  expect(standingOpinions([security, other, second('reject')])).toEqual([security, other]);
});
