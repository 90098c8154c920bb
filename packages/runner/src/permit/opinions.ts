import type { Grounds, Predicate } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import { assertCounted } from './counted.ts';
import type { Proposal } from './proposal.ts';
import { openEnrolled, type Signed } from './signed-statement.ts';
import type { DecidingPolicy } from './trust-anchor.ts';
import { assertDisinterested, assertDistinct, type Interested } from './voice.ts';

export type Opinion = Signed<'opinion'>;

/** The opinions the verdict counts: signed by enrolled reviewers, one each and vote, on this motion and its evidence. */
export function openOpinions(
  grounds: Grounds,
  proposal: Proposal,
  verdict: Predicate<'verdict'>,
  interested: Interested,
  deciding: DecidingPolicy,
): readonly Opinion[] {
  const opinions = grounds.opinions.map((envelope) => {
    assertDisinterested(envelope, deciding.policy, interested);
    return openEnrolled(envelope, 'opinion', 'reviewer', deciding, 'opinion-forged');
  });
  const [blind, second] = [ofPhase(opinions, 'blind'), ofPhase(opinions, 'second')];
  for (const vote of [blind, second]) {
    assertDistinct(vote.map(({ signer }) => signer));
    for (const opinion of vote) assertAbout(opinion, proposal, vote[0] ?? opinion);
  }
  assertBlindFirst(blind, second);
  assertCounted(grounds.opinions, verdict.opinions, { missing: 'opinion-missing', extra: 'opinion-foreign' });
  return opinions;
}

function ofPhase(opinions: readonly Opinion[], phase: 'blind' | 'second'): readonly Opinion[] {
  return opinions.filter(({ statement }) => statement.predicate.phase === phase);
}

function assertAbout({ signer, statement }: Opinion, { motion, digest }: Proposal, first: Opinion): void {
  if (statement.subject !== digest)
    throw new RunnerError('opinion-foreign', `The opinion of ${signer.name} is about another motion.`);
  if (statement.predicate.evidence !== motion.statement.predicate.evidence)
    throw new RunnerError('opinion-foreign', `${signer.name} was shown other evidence.`);
  if (statement.predicate.round !== first.statement.predicate.round)
    throw new RunnerError('opinion-foreign', `The opinion of ${signer.name} is of another round.`);
}

/** Who speaks after the others have spoken must have spoken before: agents agree with whoever speaks first. */
function assertBlindFirst(blind: readonly Opinion[], second: readonly Opinion[]): void {
  for (const { signer, statement } of second) {
    const first = blind.find((opinion) => opinion.signer === signer);
    if (!first) throw new RunnerError('opinion-not-blind', `${signer.name} gave its only opinion after a debate.`);
    if (first.statement.predicate.round >= statement.predicate.round)
      throw new RunnerError('opinion-not-blind', `${signer.name} gave its first opinion after its second one.`);
  }
}
