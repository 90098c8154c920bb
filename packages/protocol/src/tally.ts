import type { QuorumRule } from './quorum-rule.ts';
import { gravityOf } from './severity.ts';
import { showsCritical, type CountedOpinion } from './standing-opinion.ts';
import type { Severity, Verdict } from './statement.ts';
import type { RiskClass, Role } from './trust-policy.ts';
import { standingVotes, voicesOf, type Voices, type Votes } from './voices.ts';

export interface Ballot extends Votes {
  /** Undefined for a class without a rule: denied (Invariant 6). */
  readonly rule: QuorumRule | undefined;
  readonly riskClass: RiskClass;
  /** In PCI scope more people may be needed. */
  readonly dataClass: string;
  /** People who have broken the glass together and may still use it; empty otherwise. */
  readonly brokenBy: readonly string[];
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
  return vetoed(ballot, rule, voices) ?? brokenGlass(ballot, rule, voices) ?? counted(ballot, rule, voices);
}

/** Invariant 3: what no majority outvotes. Whoever objects need not be neutral, or alone. */
function vetoed({ opinions, approvals, policy }: Ballot, rule: QuorumRule, voices: Voices): Tally | undefined {
  const isEnrolled = (name: string, role: Role): boolean =>
    policy.principals.some((principal) => principal.name === name && principal.role === role);
  const said = standingVotes(opinions, policy).filter(({ principal }) => isEnrolled(principal, 'reviewer'));
  const critical = said.find(showsCritical);
  if (critical)
    return rejected(
      voices,
      'verdict.critical-finding',
      `${critical.principal} shows something critical, which no vote outweighs.`,
    );
  const against = said.find(({ verdict, findings }) => verdict === 'reject' && isGrave(findings, rule.veto));
  if (against)
    return rejected(
      voices,
      'verdict.rejected-finding',
      `${against.principal} rejects the motion with a finding of ${rule.veto} severity${rule.veto === 'high' ? ' or above' : ''}.`,
    );
  // In whichever vote: what there was no budget to look at again has not been looked at again.
  const penniless = opinions.find(
    ({ principal, abstention }) => abstention === 'budget' && isEnrolled(principal, 'reviewer'),
  );
  if (penniless)
    return rejected(
      voices,
      'verdict.budget-exhausted',
      `There is no budget left for the opinion of ${penniless.principal}.`,
    );
  const refusing = approvals.find(({ person, verdict }) => verdict === 'reject' && isEnrolled(person, 'person'));
  return refusing && rejected(voices, 'verdict.person-rejected', `${refusing.person} has rejected the motion.`);
}

/** People the rule wants in any case: in PCI scope there may be more. */
function peopleOf({ dataClass }: Ballot, { people, cardholderPeople }: QuorumRule): number {
  return dataClass === 'cardholder' ? Math.max(people, cardholderPeople) : people;
}

/** People in an emergency take the place of the reviewers; checkers and vetoes stay, and so do the people the rule wants. */
function brokenGlass(ballot: Ballot, rule: QuorumRule, voices: Voices): Tally | undefined {
  const { breakGlass } = ballot.policy;
  if (!breakGlass?.classes.some((one) => one === ballot.riskClass)) return undefined;
  const breaking = voices.people.filter(({ name }) => ballot.brokenBy.includes(name)).map(({ name }) => name);
  const needed = peopleOf(ballot, rule);
  if (breaking.length < breakGlass.people || voices.people.length < needed) return undefined;
  return {
    ...result('carried', voices, Math.max(breakGlass.people, needed)),
    reason: 'verdict.glass-broken',
    explanation: `${breaking.join(' and ')} have broken the glass and approve; the reviewers were not waited for.`,
  };
}

function counted(ballot: Ballot, rule: QuorumRule, voices: Voices): Tally {
  const { approving, rejecting, people, isAttacked } = voices;
  const silent = Math.max(0, rule.reviewers - approving.length - rejecting.length);
  // Even if all who are silent had approved, it would not be enough: no person stands in for who has said no.
  if (approving.length + silent < rule.approvals)
    return rejected(
      voices,
      'verdict.quorum-unmet',
      `${approving.length} of ${rule.approvals} required reviewers approve; silence and abstention are no approval.`,
    );
  const wanted = peopleOf(ballot, rule);
  const missing = silent + (rule.adversary && !isAttacked ? 1 : 0);
  const isOpen = voices.standing.some(({ findings }) => isGrave(findings, 'high'));
  // One person more for each voice that is missing, and for each that is against: to object is never less than to be silent.
  const standIns = Math.max(wanted + missing + rejecting.length, isOpen ? 1 : 0);
  // Each person is a group as well.
  const needed = Math.max(standIns, rule.groups - groupsOf(voices) + people.length);
  if (people.length < standIns && missing > 0)
    return referred(
      voices,
      needed,
      'verdict.below-quorum',
      `${approving.length + rejecting.length} of ${rule.reviewers} reviewers have a verdict${rule.adversary && !isAttacked ? ' and the adversary has not spoken' : ''}; ${people.length} of ${needed} people have approved in their place.`,
    );
  if (people.length < standIns)
    return referred(
      voices,
      needed,
      isOpen ? 'verdict.open-finding' : rejecting.length > 0 ? 'verdict.split' : 'verdict.people-needed',
      `${people.length} of ${needed} people have approved${isOpen ? '; a finding of high severity is open' : rejecting.length > 0 ? '; the reviewers disagree' : ''}.`,
    );
  if (people.length < needed)
    return referred(
      voices,
      needed,
      'verdict.groups-needed',
      `${groupsOf(voices)} of ${rule.groups} independence groups approve; rules of one author are one group, each person is another.`,
    );
  return {
    ...result('carried', voices, needed),
    reason: 'verdict.quorum-met',
    explanation: `${words(approving.length, 'reviewer', 'reviewers')} and ${words(people.length, 'person', 'people')} approve, ${words(groupsOf(voices), 'independence group', 'independence groups')}; class ${ballot.riskClass} asks for ${rule.approvals}, ${wanted} and ${rule.groups}.`,
  };
}

function isGrave(findings: CountedOpinion['findings'], from: Severity): boolean {
  return findings.some(({ severity }) => gravityOf(severity) >= gravityOf(from));
}

function groupsOf({ approving, people }: Voices): number {
  return new Set(approving.map(({ group }) => group)).size + people.length;
}

function result(
  verdict: Verdict,
  voices: Voices,
  peopleNeeded: number,
): Pick<Tally, 'verdict' | 'counted' | 'peopleNeeded'> {
  const { approving, rejecting, people } = voices;
  return {
    verdict,
    counted: {
      reviewers: approving.length + rejecting.length,
      approvals: approving.length,
      groups: groupsOf(voices),
      people: people.length,
    },
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
    opinions.some(({ findings }) => isGrave(findings, 'medium'))
  );
}
