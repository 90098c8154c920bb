import { standingOpinions, type CountedOpinion } from './standing-opinion.ts';
import type { Predicate } from './statement.ts';
import { speaksForGroup, type Principal, type TrustPolicy } from './trust-policy.ts';

/** The mandate of the reviewer that looks for the strongest way in which a motion does harm, and may not approve. */
export const ADVERSARY = 'adversary';

/** A person's answer whose signature has been verified. */
export type CountedApproval = { readonly person: string } & Pick<Predicate<'approval'>, 'verdict'>;

export interface Votes {
  /** Of both votes. */
  readonly opinions: readonly CountedOpinion[];
  readonly approvals: readonly CountedApproval[];
  /** Planner, or healer for a patch. */
  readonly proposer: string;
  readonly requester: string;
  readonly policy: TrustPolicy;
}

/** Each principal once, for its own group, and none that has proposed or requested the motion (Invariant 2). */
export interface Voices {
  /** Reviewers that have said nothing but yes, the adversary excluded. */
  readonly approving: readonly Principal[];
  /** Reviewers that have said no, whatever else they have said; the adversary excluded. */
  readonly rejecting: readonly Principal[];
  readonly people: readonly Principal[];
  /** Somebody has looked for harm. Whoever has no answer has not. */
  readonly isAttacked: boolean;
  /** What reviewers and adversary have to say. */
  readonly standing: readonly CountedOpinion[];
}

/**
 * The standing opinions, where nobody takes back an objection in another voice than the own: rules that approve in the name of
 * a model have not heard what changed the model's mind.
 */
export function standingVotes<Opinion extends CountedOpinion>(
  opinions: readonly Opinion[],
  { principals }: Pick<TrustPolicy, 'principals'>,
): Opinion[] {
  const isForeign = ({ principal, phase, verdict, brain }: CountedOpinion): boolean => {
    const reviewer = principals.find(({ name }) => name === principal);
    return phase === 'second' && verdict === 'approve' && reviewer !== undefined && !speaksForGroup(reviewer, brain);
  };
  return standingOpinions(opinions.filter((opinion) => !isForeign(opinion)));
}

export function voicesOf({ opinions, approvals, proposer, requester, policy }: Votes): Voices {
  const neutral = policy.principals.filter(({ name }) => name !== proposer && name !== requester);
  const reviewers = neutral.filter(({ role }) => role === 'reviewer');
  const said = standingVotes(opinions, policy);
  const of = ({ name }: Principal): CountedOpinion[] => said.filter(({ principal }) => principal === name);
  const voters = reviewers.filter(({ mandate }) => mandate !== ADVERSARY);
  const approves = (reviewer: Principal): boolean =>
    of(reviewer).every(({ verdict }) => verdict === 'approve') &&
    of(reviewer).some(({ brain }) => speaksForGroup(reviewer, brain));
  return {
    approving: voters.filter(approves),
    rejecting: voters.filter((reviewer) => of(reviewer).some(({ verdict }) => verdict === 'reject')),
    people: neutral
      .filter(({ role }) => role === 'person')
      .filter(({ name }) => approvals.some(({ person, verdict }) => person === name && verdict === 'approve')),
    isAttacked: reviewers
      .filter(({ mandate }) => mandate === ADVERSARY)
      .some((reviewer) => of(reviewer).some(hasLooked)),
    standing: reviewers.flatMap(of),
  };
}

/** An adversary that found nothing says so by an abstention of its own kind, for it may not approve; any other is silence (Invariant 6). */
function hasLooked({ verdict, abstention }: CountedOpinion): boolean {
  return verdict !== 'abstain' || abstention === 'nothing-found';
}
