import { expect, test } from 'vitest';
import type { ApprovalView } from '@duovir/protocol';
import { standingOf } from './standing.ts';

const approval: ApprovalView = {
  motion: `sha256:${'a'.repeat(64)}`,
  run: 'run-aaaaaaaaaaaaaaaaaaaa',
  goal: 'Cluster Redis',
  requester: 'ann',
  environment: 'production',
  dataClass: 'internal',
  riskClass: 'R2',
  reasons: [],
  explanation: 'A person has to approve.',
  rule: [],
  needed: 1,
  people: ['ann', 'bob', 'cara'],
  given: [{ person: 'cara', verdict: 'reject' }],
  until: '2026-01-01T00:00:00.000Z',
  trustPolicy: `sha256:${'b'.repeat(64)}`,
};

test('Invariant 2: nobody is asked about his own request, even where a list has him', () => {
  expect(standingOf(approval, 'ann')).toMatchObject({
    kind: 'not-asked',
    explanation: expect.stringContaining('somebody else'),
  });
});

test('who has spoken, or is not on the list, is not asked', () => {
  expect(standingOf(approval, 'cara')).toMatchObject({ kind: 'not-asked', explanation: 'You have signed: reject.' });
  expect(standingOf(approval, 'dan').kind).toBe('not-asked');
  expect(standingOf(approval, 'bob')).toEqual({ kind: 'asked' });
});
