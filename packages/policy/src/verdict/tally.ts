import {
  speaksForGroup,
  type Predicate,
  type Principal,
  type QuorumRule,
  type RiskClass,
  type TrustPolicy,
  type Verdict,
} from '@duovir/protocol';
import { reaches } from '../finding/finding.ts';

/** An opinion whose signature has been verified, with the principal that signed it. */
export type CountedOpinion = { readonly principal: string } & Pick<
  Predicate<'opinion'>,
  'verdict' | 'findings' | 'brain'
>;

/** A person's answer whose signature has been verified. */
export type CountedApproval = { readonly person: string } & Pick<Predicate<'approval'>, 'verdict'>;

export interface Ballot {
  /** Undefined for a class without a rule: denied (Invariant 6). */
  readonly rule: QuorumRule | undefined;
  readonly riskClass: RiskClass;
  readonly opinions: readonly CountedOpinion[];
  readonly approvals: readonly CountedApproval[];
  /** Planner, or healer for a patch. */
  readonly proposer: string;
  readonly requester: string;
  readonly policy: TrustPolicy;
}

export interface Result {
  readonly verdict: Verdict;
  /** Rule id of what decided. */
  readonly reason: string;
  readonly explanation: string;
}

/** The verdict on a motion, by rule and never by a model. Every input has one answer, and doubt is never `carried`. */
export function tally(ballot: Ballot): Result {
  const { rule, riskClass } = ballot;
  if (riskClass === 'R4') return rejected('verdict.forbidden', 'The motion contains what the policy forbids (R4).');
  if (!rule) return rejected('verdict.no-rule', `The trust policy has no rule for class ${riskClass}.`);
  return veto(ballot) ?? countVoices(ballot, rule);
}

/** Invariant 3: what no majority outvotes. */
function veto({ opinions, approvals, policy }: Ballot): Result | undefined {
  for (const { principal, verdict, findings } of opinions) {
    if (!enrolled(policy, principal, 'reviewer')) continue;
    if (reaches(findings, 'critical'))
      return rejected('verdict.critical-finding', `${principal} found something critical, which no vote outweighs.`);
    if (verdict === 'reject' && reaches(findings, 'high'))
      return rejected('verdict.high-finding', `${principal} rejects the motion with a finding of high severity.`);
  }
  const refusing = approvals.find(({ person, verdict }) => verdict === 'reject' && enrolled(policy, person, 'person'));
  return refusing && rejected('verdict.person-rejected', `${refusing.person} has rejected the motion.`);
}

function countVoices(ballot: Ballot, rule: QuorumRule): Result {
  const reviewers = approvingReviewers(ballot);
  const people = approvingPeople(ballot);
  if (reviewers.length < rule.approvals)
    return rejected(
      'verdict.quorum-unmet',
      `${reviewers.length} of ${rule.approvals} required reviewers approve; silence and abstention are no approval.`,
    );
  const groups = new Set(reviewers.map(({ group }) => group)).size + people.length;
  const split = ballot.opinions.some(({ verdict }) => verdict === 'reject');
  const peopleNeeded = Math.max(rule.people, split ? 1 : 0);
  if (people.length < peopleNeeded)
    return referred(
      split && rule.people === 0 ? 'verdict.split' : 'verdict.people-needed',
      `${people.length} of ${peopleNeeded} people have approved${split ? '; the reviewers disagree' : ''}.`,
    );
  if (groups < rule.groups)
    return referred(
      'verdict.groups-needed',
      `${groups} of ${rule.groups} independence groups approve; rules of one author are one group, each person is another.`,
    );
  return {
    verdict: 'carried',
    reason: 'verdict.quorum-met',
    explanation: `${words(reviewers.length, 'reviewer', 'reviewers')} and ${words(people.length, 'person', 'people')} approve, ${words(groups, 'independence group', 'independence groups')}; class ${ballot.riskClass} asks for ${rule.approvals}, ${rule.people} and ${rule.groups}.`,
  };
}

/**
 * One voice each, for its own group: who also says something else than approve has not approved. Invariant 2: proposers
 * do not count.
 */
function approvingReviewers({ opinions, proposer, requester, policy }: Ballot): Principal[] {
  return policy.principals.filter((reviewer) => {
    const { name, role } = reviewer;
    if (role !== 'reviewer' || name === proposer || name === requester) return false;
    const own = opinions.filter(({ principal }) => principal === name);
    return (
      own.length > 0 && own.every(({ verdict, brain }) => verdict === 'approve' && speaksForGroup(reviewer, brain))
    );
  });
}

function approvingPeople({ approvals, proposer, requester, policy }: Ballot): Principal[] {
  return policy.principals.filter(
    ({ name, role }) =>
      role === 'person' &&
      name !== proposer &&
      name !== requester &&
      approvals.some(({ person, verdict }) => person === name && verdict === 'approve'),
  );
}

function enrolled(policy: TrustPolicy, name: string, role: Principal['role']): boolean {
  return policy.principals.some((principal) => principal.name === name && principal.role === role);
}

function words(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

function rejected(reason: string, explanation: string): Result {
  return { verdict: 'rejected', reason, explanation };
}

function referred(reason: string, explanation: string): Result {
  return { verdict: 'referred', reason, explanation };
}
