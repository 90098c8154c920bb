import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSigner } from '@duovir/principal';
import { tally } from '@duovir/protocol';
import { firstVote } from './first-vote.ts';
import { installation } from './installation.ts';

test('Invariant 2, separation: no two principals share a key, and nobody else can read one', async () => {
  const { state, policy } = await installation();
  const keys = policy.principals.map(({ publicKey }) => publicKey);
  expect(new Set(keys).size).toBe(keys.length);
  for (const name of readdirSync(join(state.root, 'principals'))) {
    expect(loadSigner(state.principal(name), name).keyId).toMatch(new RegExp(`^${name}/[0-9a-f]{16}$`));
    expect(statSync(join(state.principal(name), 'key.pem')).mode & 0o777).toBe(0o600);
    expect(statSync(state.principal(name)).mode & 0o777).toBe(0o700);
  }
});

test('Invariant 2, separation: who requested or proposed does not approve', async () => {
  const { policy } = await installation();
  const ballot = {
    rule: policy.quorum.R3,
    riskClass: 'R3',
    opinions: [
      firstVote('reviewer-security', 'approve'),
      firstVote('reviewer-reliability', 'approve'),
      firstVote('reviewer-adversary', 'abstain'),
    ],
    dataClass: 'internal',
    brokenBy: [],
    proposer: 'planner',
    requester: 'operator',
    policy,
  } as const;
  const by = (person: string): string => tally({ ...ballot, approvals: [{ person, verdict: 'approve' }] }).verdict;
  expect([by('approver'), by('operator')]).toEqual(['carried', 'referred']);
  const proposed = { ...ballot, proposer: 'reviewer-security' };
  expect(tally({ ...proposed, approvals: [{ person: 'approver', verdict: 'approve' }] }).verdict).not.toBe('carried');
});
