import type { QuorumRule, TrustPolicy } from '@duovir/protocol';

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;
const MINUTE_SECONDS = 60;

const readOnly: QuorumRule = {
  reviewers: 0,
  approvals: 0,
  groups: 0,
  adversary: false,
  veto: 'critical',
  reviewSeconds: MINUTE_SECONDS,
  people: 0,
  cardholderPeople: 0,
  peopleTimeoutSeconds: DAY_SECONDS,
  permitSeconds: 15 * MINUTE_SECONDS,
};
const reviewed: QuorumRule = { ...readOnly, reviewers: 2, approvals: 2 };

/**
 * What is read-only passes by the checkers alone; what is small and reversible by two reviewers who agree, for there no person
 * looks at what one of them rejects; from R2 on a person is needed, and for R3 an adversary and, in PCI scope, two people.
 * `groups` is how many the reviewers of the installation are in, two at most; `voters` how many reviewers may approve. From R2 on
 * all of them must have spoken, so that none that objects can be left out; a small change is not to wait for people because
 * one of several models is silent.
 */
export function defaultQuorum(groups: number, voters: number): TrustPolicy['quorum'] {
  const withPeople: QuorumRule = {
    ...reviewed,
    reviewers: voters,
    groups: 2,
    people: 1,
    cardholderPeople: 1,
    permitSeconds: 4 * HOUR_SECONDS,
  };
  return {
    R0: readOnly,
    R1: { ...reviewed, groups, veto: 'high' },
    R2: withPeople,
    R3: { ...withPeople, adversary: true, cardholderPeople: 2 },
  };
}
