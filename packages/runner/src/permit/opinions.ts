import type { ExecuteRequest, Predicate, TrustPolicy } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { assertCounted } from './counted.ts';
import type { Proposal } from './proposal.ts';
import { openSigned, type Signed } from './signed-statement.ts';
import { assertDisinterested, assertDistinct, type Interested } from './voice.ts';

export type Opinion = Signed<'opinion'>;

/** The opinions the verdict counts: signed by enrolled reviewers, one each, on this motion and its evidence, of one round. */
export function openOpinions(
  request: ExecuteRequest,
  proposal: Proposal,
  verdict: Predicate<'verdict'>,
  interested: Interested,
  policy: TrustPolicy,
): readonly Opinion[] {
  const opinions = request.opinions.map((envelope) => {
    assertDisinterested(envelope, policy, interested);
    return openSigned(envelope, 'opinion', 'reviewer', policy, 'opinion-forged');
  });
  assertDistinct(opinions.map(({ signer }) => signer));
  for (const opinion of opinions) assertAbout(opinion, proposal, opinions[0] ?? opinion);
  assertCounted(request.opinions, verdict.opinions, { missing: 'opinion-missing', extra: 'opinion-foreign' });
  return opinions;
}

function assertAbout({ signer, statement }: Opinion, { motion, digest }: Proposal, first: Opinion): void {
  if (statement.subject !== digest)
    throw new RunnerError('opinion-foreign', `The opinion of ${signer.name} is about another motion.`);
  if (statement.predicate.evidence !== motion.statement.predicate.evidence)
    throw new RunnerError('opinion-foreign', `${signer.name} was shown other evidence.`);
  if (statement.predicate.round !== first.statement.predicate.round)
    throw new RunnerError('opinion-foreign', `The opinion of ${signer.name} is of another round.`);
}

/** Invariant 3: whatever the others say. A reviewer that rejects outvotes them with a finding that is only high. */
export function assertNothingOpen(opinions: readonly Opinion[]): void {
  for (const { signer, statement } of opinions) {
    const { verdict, findings } = statement.predicate;
    const open = findings.find(
      ({ severity }) => severity === 'critical' || (severity === 'high' && verdict === 'reject'),
    );
    if (open) throw new RunnerError('finding-open', `${signer.name} found ${open.rule}, which is ${open.severity}.`);
  }
}
