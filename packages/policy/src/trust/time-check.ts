import type { TrustPolicy } from '@duovir/protocol';
import { classRules, type AccountableClass, type ClassRule } from './accountable-class.ts';
import { trustFinding, type TrustFinding } from './trust-finding.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LONGEST_PERMIT: Readonly<Record<AccountableClass, number>> = {
  R0: 15 * MINUTE,
  R1: 15 * MINUTE,
  R2: 4 * HOUR,
  R3: 4 * HOUR,
};
const SHORTEST_REVIEW = 5;
const SHORTEST_ANSWER = 5 * MINUTE;
const LONGEST_ANSWER = 7 * DAY;
const LONGEST_TRANSITION_MS = 7 * DAY * 1000;

/** How long permits live, and how long reviewers, people and superseded decisions have. */
export function checkTimes(policy: TrustPolicy): TrustFinding[] {
  return [...classRules(policy).flatMap(timesOf), ...transitionOf(policy)];
}

function timesOf({ riskClass, rule }: ClassRule): TrustFinding[] {
  const findings: TrustFinding[] = [];
  const find = (
    id: 'quorum.permit-long' | 'quorum.time-short' | 'quorum.time-long',
    field: string,
    what: string,
  ): void => void findings.push(trustFinding(id, ['quorum', riskClass, field], `${riskClass}: ${what}.`));
  const { permitSeconds, reviewSeconds, peopleTimeoutSeconds } = rule;
  if (permitSeconds > LONGEST_PERMIT[riskClass])
    find('quorum.permit-long', 'permitSeconds', `a permit is good for ${permitSeconds} seconds`);
  if (rule.reviewers > 0 && reviewSeconds < SHORTEST_REVIEW)
    find('quorum.time-short', 'reviewSeconds', `reviewers have ${reviewSeconds} seconds`);
  if (Math.max(rule.people, rule.cardholderPeople) === 0) return findings;
  if (peopleTimeoutSeconds < SHORTEST_ANSWER)
    find('quorum.time-short', 'peopleTimeoutSeconds', `people have ${peopleTimeoutSeconds} seconds`);
  if (peopleTimeoutSeconds > LONGEST_ANSWER)
    find('quorum.time-long', 'peopleTimeoutSeconds', `people have ${Math.round(peopleTimeoutSeconds / DAY)} days`);
  return findings;
}

function transitionOf({ version, issuedAt, supersedes }: TrustPolicy): TrustFinding[] {
  if (version === 1)
    return supersedes ? [trustFinding('supersedes.first', ['supersedes'], 'Version 1 names a predecessor.')] : [];
  if (!supersedes)
    return [trustFinding('supersedes.missing', ['supersedes'], `Version ${version} names no predecessor.`)];
  const transition = Date.parse(supersedes.decidedUntil) - Date.parse(issuedAt);
  if (transition <= LONGEST_TRANSITION_MS) return [];
  return [
    trustFinding(
      'supersedes.long',
      ['supersedes', 'decidedUntil'],
      `What was decided before may be carried out until ${supersedes.decidedUntil}.`,
    ),
  ];
}
