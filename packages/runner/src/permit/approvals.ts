import type { Digest, ExecuteRequest, Predicate, TrustPolicy } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { assertCounted } from './counted.ts';
import { openSigned, type Signed } from './signed-statement.ts';
import { assertDisinterested, assertDistinct, type Interested } from './voice.ts';

export type Approval = Signed<'approval'>;

/** The people that approve exactly this plan, each with an own key. One that rejects stops it. */
export function openApprovals(
  request: ExecuteRequest,
  plan: Digest,
  verdict: Predicate<'verdict'>,
  interested: Interested,
  policy: TrustPolicy,
): readonly Approval[] {
  const approvals = request.approvals.map((envelope) => {
    assertDisinterested(envelope, policy, interested);
    return openSigned(envelope, 'approval', 'person', policy, 'approval-forged');
  });
  assertDistinct(approvals.map(({ signer }) => signer));
  for (const { signer, statement } of approvals) {
    if (statement.subject !== plan) throw new RunnerError('approval-forged', `${signer.name} approved another motion.`);
    if (statement.predicate.verdict !== 'approve')
      throw new RunnerError('approval-missing', `${signer.name} has rejected this motion.`);
  }
  assertCounted(request.approvals, verdict.approvals, { missing: 'approval-missing', extra: 'approval-forged' });
  return approvals;
}
