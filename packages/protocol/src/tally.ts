import { speaksForGroup, type Principal, type RiskClass, type TrustPolicy } from './trust-policy.ts';
import type { QuorumRule } from './quorum-rule.ts';
import { standingOpinions, type CountedOpinion } from './standing-opinion.ts';
import type { Predicate, Severity, Verdict } from './statement.ts';

/** A person's answer whose signature has been verified. */
export type CountedApproval = { readonly person: string } & Pick<Predicate<'approval'>, 'verdict'>;

export interface Ballot {
  /** Undefined for a class without a rule: denied (Invariant 6). */
  readonly rule: QuorumRule | undefined;
  readonly riskClass: RiskClass;
  /** In PCI scope more people may be needed. */
  readonly dataClass: string;
  /** Of both votes. */
  readonly opinions: readonly CountedOpinion[];
  readonly approvals: readonly CountedApproval[];
  /** Planner, or healer for a patch. */
  readonly proposer: string;
  readonly requester: string;
  /** People who have broken the glass together and may still use it; empty otherwise. */
  readonly brokenBy: readonly string[];
  readonly policy: TrustPolicy;
}

export interface Counted {
  /** Reviewers with a verdict. */
  readonly reviewers: number;
  readonly approvals: number;
  readonly groups: number;
  readonly people: number;
}

export type TallyReason =
  | 'verdict.forbidden'
  | 'verdict.no-rule'
  | 'verdict.critical-finding'
  | 'verdict.rejected-finding'
  | 'verdict.budget-exhausted'
  | 'verdict.person-rejected'
  | 'verdict.quorum-unmet'
  | 'verdict.below-quorum'
  | 'verdict.split'
  | 'verdict.open-finding'
  | 'verdict.people-needed'
  | 'verdict.groups-needed'
  | 'verdict.glass-broken'
  | 'verdict.quorum-met';

export interface Tally {
  readonly verdict: Verdict;
  /** Rule id of what decided. */
  readonly reason: TallyReason;
  readonly explanation: string;
  readonly counted: Counted;
  /** People whose approval would carry it, all in all. */
  readonly peopleNeeded: number;
}

export const ADVERSARY = 'adversary';

/**
 * The verdict on a motion, by rule and never by a model. Engine, runner and auditor count with this and nothing else, each by
 * itself. Every input has one answer, and doubt is never `carried`.
 */
export function tally(ballot: Ballot): Tally {
  const { rule, riskClass } = ballot;
  const voices = voicesOf(ballot);
  if (riskClass === 'R4')
    return rejected(voices, 'verdict.forbidden', 'The motion contains what the policy forbids (R4).');
  if (!rule) return rejected(voices, 'verdict.no-rule', `The trust policy has no rule for class ${riskClass}.`);
  return vetoed(ballot, rule, voices) ?? brokenGlass(ballot, voices) ?? counted(ballot, rule, voices);
}

interface Voices {
  /** All who are enrolled as reviewers and have not proposed or requested it, the adversary included. */
  readonly standing: readonly Voice[];
  readonly speaking: readonly Voice[];
  readonly approving: readonly Principal[];
  readonly people: readonly Principal[];
}

interface Voice {
  readonly reviewer: Principal;
  readonly opinion: CountedOpinion;
}

/** One voice each, for its own group: who also says something else than approve has not approved (Invariant 2). */
function voicesOf({ opinions, approvals, proposer, requester, policy }: Ballot): Voices {
  const isNeutral = ({ name }: Principal): boolean => name !== proposer && name !== requester;
  const reviewers = policy.principals.filter(({ role }) => role === 'reviewer').filter(isNeutral);
  const standing = standingOpinions(opinions).flatMap((opinion): Voice[] => {
    const reviewer = reviewers.find(({ name }) => name === opinion.principal);
    return reviewer ? [{ reviewer, opinion }] : [];
  });
  const speaking = standing.filter(
    ({ reviewer, opinion }) => reviewer.mandate !== ADVERSARY && opinion.verdict !== 'abstain',
  );
  const approving = reviewers.filter((reviewer) => {
    const own = standing.filter((voice) => voice.reviewer === reviewer);
    const says = ({ opinion: { verdict, brain } }: Voice): boolean =>
      verdict === 'approve' && speaksForGroup(reviewer, brain);
    return reviewer.mandate !== ADVERSARY && own.length > 0 && own.every(says);
  });
  const people = policy.principals
    .filter(({ role }) => role === 'person')
    .filter(isNeutral)
    .filter(({ name }) => approvals.some(({ person, verdict }) => person === name && verdict === 'approve'));
  return { standing, speaking, approving, people };
}

/** Invariant 3: what no majority outvotes. Whoever objects need not be neutral, or alone. */
function vetoed({ opinions, approvals, policy }: Ballot, rule: QuorumRule, voices: Voices): Tally | undefined {
  const isEnrolled = (name: string, role: Principal['role']): boolean =>
    policy.principals.some((principal) => principal.name === name && principal.role === role);
  for (const { principal, verdict, findings, abstention } of standingOpinions(opinions)) {
    if (!isEnrolled(principal, 'reviewer')) continue;
    if (findings.some(({ severity, evidenced }) => severity === 'critical' && evidenced))
      return rejected(
        voices,
        'verdict.critical-finding',
        `${principal} shows something critical, which no vote outweighs.`,
      );
    if (verdict === 'reject' && findings.some(({ severity }) => weight(severity) >= weight(rule.veto)))
      return rejected(
        voices,
        'verdict.rejected-finding',
        `${principal} rejects the motion with a finding of ${rule.veto} severity${rule.veto === 'high' ? ' or above' : ''}.`,
      );
    if (abstention === 'budget')
      return rejected(voices, 'verdict.budget-exhausted', `There is no budget left for the opinion of ${principal}.`);
  }
  const refusing = approvals.find(({ person, verdict }) => verdict === 'reject' && isEnrolled(person, 'person'));
  return refusing && rejected(voices, 'verdict.person-rejected', `${refusing.person} has rejected the motion.`);
}

/** Two people in an emergency take the place of the reviewers; checkers and vetoes stay. */
function brokenGlass({ riskClass, brokenBy, policy: { breakGlass } }: Ballot, voices: Voices): Tally | undefined {
  if (!breakGlass?.classes.some((one) => one === riskClass)) return undefined;
  const people = voices.people.filter(({ name }) => brokenBy.includes(name));
  if (people.length < breakGlass.people) return undefined;
  return {
    ...result('carried', voices, people.length),
    reason: 'verdict.glass-broken',
    explanation: `${people.map(({ name }) => name).join(' and ')} have broken the glass and approve; the reviewers were not waited for.`,
  };
}

function counted(ballot: Ballot, rule: QuorumRule, voices: Voices): Tally {
  const { standing, speaking, approving, people } = voices;
  const base = ballot.dataClass === 'cardholder' ? Math.max(rule.people, rule.cardholderPeople) : rule.people;
  const isAttacked = standing.some(({ reviewer }) => reviewer.mandate === ADVERSARY);
  const missing = Math.max(0, rule.reviewers - speaking.length) + (rule.adversary && !isAttacked ? 1 : 0);
  const lacking = Math.max(0, rule.approvals - approving.length);
  if (missing === 0 && lacking > 0)
    return rejected(
      voices,
      'verdict.quorum-unmet',
      `${approving.length} of ${rule.approvals} required reviewers approve; silence and abstention are no approval.`,
    );
  if (missing > 0) {
    // A person stands in for each voice that is missing, on top of those the rule wants anyway.
    const needed = base + Math.max(missing, lacking, 1);
    if (people.length < needed)
      return referred(
        voices,
        needed,
        'verdict.below-quorum',
        `${speaking.length} of ${rule.reviewers} reviewers have a verdict${rule.adversary && !isAttacked ? ' and the adversary has not spoken' : ''}; ${people.length} of ${needed} people have approved in their place.`,
      );
  }
  const isSplit = speaking.some(({ opinion }) => opinion.verdict === 'reject');
  const isOpen = standing.some(({ opinion }) =>
    opinion.findings.some(({ severity }) => weight(severity) >= weight('high')),
  );
  const needed = Math.max(base, isSplit || isOpen ? 1 : 0);
  if (people.length < needed)
    return referred(
      voices,
      needed,
      isOpen ? 'verdict.open-finding' : isSplit ? 'verdict.split' : 'verdict.people-needed',
      `${people.length} of ${needed} people have approved${isOpen ? '; a finding of high severity is open' : isSplit ? '; the reviewers disagree' : ''}.`,
    );
  const groups = groupsOf(voices);
  if (groups < rule.groups)
    return referred(
      voices,
      people.length + rule.groups - groups,
      'verdict.groups-needed',
      `${groups} of ${rule.groups} independence groups approve; rules of one author are one group, each person is another.`,
    );
  return {
    ...result('carried', voices, needed),
    reason: 'verdict.quorum-met',
    explanation: `${words(approving.length, 'reviewer', 'reviewers')} and ${words(people.length, 'person', 'people')} approve, ${words(groups, 'independence group', 'independence groups')}; class ${ballot.riskClass} asks for ${rule.approvals}, ${base} and ${rule.groups}.`,
  };
}

const severities: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

function weight(severity: Severity): number {
  return severities.indexOf(severity);
}

function groupsOf({ approving, people }: Voices): number {
  return new Set(approving.map(({ group }) => group)).size + people.length;
}

function result(
  verdict: Verdict,
  voices: Voices,
  peopleNeeded: number,
): Pick<Tally, 'verdict' | 'counted' | 'peopleNeeded'> {
  const { speaking, approving, people } = voices;
  const reviewers = new Set(speaking.map(({ reviewer }) => reviewer.name)).size;
  return {
    verdict,
    counted: { reviewers, approvals: approving.length, groups: groupsOf(voices), people: people.length },
    peopleNeeded,
  };
}

function rejected(voices: Voices, reason: TallyReason, explanation: string): Tally {
  return { ...result('rejected', voices, 0), reason, explanation };
}

function referred(voices: Voices, peopleNeeded: number, reason: TallyReason, explanation: string): Tally {
  return { ...result('referred', voices, peopleNeeded), reason, explanation };
}

function words(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Whether what was said in the blind vote has to be talked about: somebody disagrees, or found something that matters. */
export function needsDebate(rule: QuorumRule | undefined, opinions: readonly CountedOpinion[]): boolean {
  if (!rule || opinions.every(({ findings }) => findings.length === 0)) return false;
  return (
    rule.adversary ||
    opinions.some(({ verdict }) => verdict === 'reject') ||
    opinions.some(({ findings }) => findings.some(({ severity }) => weight(severity) >= weight('medium')))
  );
}
