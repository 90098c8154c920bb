import { speaksForGroup, type QuorumRule } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import type { Approval } from './approvals.ts';
import type { Opinion } from './opinions.ts';

/** Enough reviewers and people approve, and enough of them are independent of each other. Abstention is no approval. */
export function assertQuorum(opinions: readonly Opinion[], approvals: readonly Approval[], rule: QuorumRule): void {
  const approving = opinions.filter(
    ({ signer, statement: { predicate } }) =>
      predicate.verdict === 'approve' && speaksForGroup(signer, predicate.brain),
  );
  if (approving.length < rule.approvals)
    throw new RunnerError('opinion-missing', `${approving.length} of ${rule.approvals} required reviewers approve.`);
  // Where reviewers disagree, rules alone do not decide.
  const split = opinions.some(({ statement }) => statement.predicate.verdict === 'reject');
  const people = Math.max(rule.people, split ? 1 : 0);
  if (approvals.length < people)
    throw new RunnerError('approval-missing', `${approvals.length} of ${people} required people approve.`);
  // Each person is a group of their own, whatever group they are enrolled in.
  const groups = new Set(approving.map(({ signer }) => signer.group)).size + approvals.length;
  if (groups < rule.groups)
    throw new RunnerError('group-duplicate', `${groups} of ${rule.groups} required independence groups approve.`);
}
