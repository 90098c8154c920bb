import { ADVERSARY, type Brain, type Role } from '@duovir/protocol';

export interface Enrolment {
  readonly name: string;
  readonly role: Role;
  readonly group: string;
  readonly mandate?: string;
  readonly brain?: Brain;
  readonly roles?: string[];
}

/** All of them judge by rules of one author, so they are one voice when groups are counted. */
const RULES = 'duovir-rules';

/** The processes of an installation, each with a key of its own. */
export const processPrincipals: readonly Enrolment[] = [
  { name: 'server', role: 'server', group: 'duovir-server' },
  { name: 'planner', role: 'planner', group: 'duovir-playbooks' },
  { name: 'reviewer-security', role: 'reviewer', group: RULES, mandate: 'security' },
  { name: 'reviewer-reliability', role: 'reviewer', group: RULES, mandate: 'reliability' },
  { name: 'reviewer-adversary', role: 'reviewer', group: RULES, mandate: ADVERSARY },
  { name: 'healer', role: 'healer', group: 'duovir-signatures' },
  { name: 'runner', role: 'runner', group: 'duovir-runner' },
  { name: 'attestor', role: 'attestor', group: 'duovir-attestor' },
  { name: 'witness', role: 'witness', group: 'duovir-witness' },
];

/**
 * Three people, because nobody approves what they requested (Invariant 2) and what touches cardholder data takes two who
 * approve it.
 */
export const people: readonly Enrolment[] = [
  { name: 'operator', role: 'person', group: 'operator', roles: ['operator'] },
  { name: 'approver', role: 'person', group: 'approver', roles: ['approver', 'administrator'] },
  { name: 'deputy', role: 'person', group: 'deputy', roles: ['approver', 'administrator', 'auditor'] },
];
