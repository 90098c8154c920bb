import type { Digest, Grounds, Predicate } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { assertCounted } from './counted.ts';
import { openEnrolled, type Signed } from './signed-statement.ts';
import type { DecidingPolicy } from './trust-anchor.ts';
import { assertDisinterested, assertDistinct, type Interested } from './voice.ts';

export type Approval = Signed<'approval'>;

/** The people that answered about exactly this plan, each with an own key. */
export function openApprovals(
  grounds: Grounds,
  plan: Digest,
  verdict: Predicate<'verdict'>,
  interested: Interested,
  deciding: DecidingPolicy,
): readonly Approval[] {
  const approvals = grounds.approvals.map((envelope) => {
    assertDisinterested(envelope, deciding.policy, interested);
    return openEnrolled(envelope, 'approval', 'person', deciding, 'approval-forged');
  });
  assertDistinct(approvals.map(({ signer }) => signer));
  for (const { signer, statement } of approvals)
    if (statement.subject !== plan) throw new RunnerError('approval-forged', `${signer.name} approved another motion.`);
  assertCounted(grounds.approvals, verdict.approvals, { missing: 'approval-missing', extra: 'approval-forged' });
  return approvals;
}
