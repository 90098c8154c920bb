import { ADVERSARY, tally, type Ballot, type DebateView, type TrustPolicy } from '@duovir/protocol';
import type { TrustPort } from '@duovir/engine';
import type { ReadEntry } from '../api/run-entries.ts';
import type { Story } from '../why/story.ts';

type VerdictView = DebateView['verdicts'][number];
type RuleLine = VerdictView['rule'][number];

/** Who has a part in the motion, as its plan and its request say. */
export type Parties = Pick<Ballot, 'proposer' | 'requester' | 'dataClass'>;

/** Every verdict on the motion beside what the rule of its class asked for. */
export function verdictsOf(
  trust: TrustPort,
  story: Story,
  verdicts: readonly ReadEntry<'verdict'>[],
  parties: Parties,
): VerdictView[] {
  return verdicts.map((entry) => {
    const { time, predicate } = entry.statement;
    const policy = trust.known(predicate.trustPolicy)?.policy;
    return {
      verdict: predicate.verdict,
      reason: predicate.reason,
      explanation: story.eventOf(entry, 'verdict-reach')?.body.explanation ?? '',
      rule: policy ? ruleLines(policy, story, entry, parties) : [],
      trustPolicy: predicate.trustPolicy,
      entry: entry.index,
      time,
    };
  });
}

function ruleLines(policy: TrustPolicy, story: Story, entry: ReadEntry<'verdict'>, parties: Parties): RuleLine[] {
  const { riskClass, counted, opinions: heard, approvals: given, reason } = entry.statement.predicate;
  const rule = riskClass === 'R4' ? undefined : policy.quorum[riskClass];
  if (!rule) return [];
  const opinions = story
    .all('opinion', ({ digest }) => heard.includes(digest))
    .map(({ principal, statement }) => ({ principal, ...statement.predicate }));
  const approvals = story
    .all('approval', ({ digest }) => given.includes(digest))
    .map(({ principal, statement }) => ({ person: principal, verdict: statement.predicate.verdict }));
  const { peopleNeeded } = tally({ rule, riskClass, ...parties, opinions, approvals, brokenBy: [], policy });
  const asked = parties.dataClass === 'cardholder' ? Math.max(rule.people, rule.cardholderPeople) : rule.people;
  const together = reason === 'verdict.glass-broken' ? policy.breakGlass?.people : undefined;
  const adversaries = new Set(policy.principals.filter(({ mandate }) => mandate === ADVERSARY).map(({ name }) => name));
  const attacks = new Set(opinions.map(({ principal }) => principal).filter((name) => adversaries.has(name))).size;
  return [
    { what: 'reviewers with a verdict', needed: rule.reviewers, counted: counted.reviewers },
    { what: 'reviewers that approve', needed: rule.approvals, counted: counted.approvals },
    { what: 'independence groups', needed: rule.groups, counted: counted.groups },
    ...(rule.adversary ? [{ what: 'adversary', needed: 1, counted: attacks }] : []),
    { what: 'people', needed: together ?? Math.max(asked, peopleNeeded), counted: counted.people },
  ];
}
