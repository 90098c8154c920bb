import type { QuorumRule } from './quorum-rule.ts';
import type { CountedOpinion } from './standing-opinion.ts';
import type { Severity } from './statement.ts';
import type { Ballot } from './tally.ts';
import { trustPolicySchema, withoutLogin, type Principal, type TrustPolicy } from './trust-policy.ts';
import { ADVERSARY, type CountedApproval } from './voices.ts';
import { withoutModels } from './model.ts';

const principal = (name: string, role: Principal['role'], group: string, mandate?: string): Principal => ({
  name,
  role,
  group,
  publicKey: Buffer.from(name.padEnd(32, '.')).toString('base64'),
  ...(mandate ? { mandate } : {}),
});

const rule: QuorumRule = {
  reviewers: 2,
  approvals: 2,
  groups: 1,
  adversary: false,
  veto: 'high',
  reviewSeconds: 60,
  people: 0,
  cardholderPeople: 0,
  peopleTimeoutSeconds: 3600,
  permitSeconds: 900,
};

/** Two reviewers by rules of one author, one by rules of another, an adversary, and three people. */
export const smallPolicy: TrustPolicy = trustPolicySchema.parse({
  apiVersion: 'duovir/v1',
  kind: 'TrustPolicy',
  organisation: 'Example',
  version: 1,
  issuedAt: '2026-01-01T00:00:00.000Z',
  log: { origin: 'log.example', vkey: 'log.example+00000000+AA==' },
  witnesses: { quorum: 1, vkeys: ['witness.example+00000000+AA=='] },
  principals: [
    principal('planner', 'planner', 'rules'),
    principal('reviewer-security', 'reviewer', 'rules', 'security'),
    principal('reviewer-reliability', 'reviewer', 'rules', 'reliability'),
    principal('reviewer-other', 'reviewer', 'other-rules', 'cost'),
    principal('reviewer-adversary', 'reviewer', 'rules', ADVERSARY),
    principal('ana', 'person', 'ana'),
    principal('boris', 'person', 'boris'),
    principal('vera', 'person', 'vera'),
  ],
  quorum: {
    R0: { ...rule, reviewers: 0, approvals: 0, groups: 0 },
    R1: rule,
    R2: { ...rule, groups: 2 },
    R3: { ...rule, groups: 2, adversary: true, veto: 'critical', people: 1, cardholderPeople: 2 },
  },
  envelopes: [],
  heals: { perStep: 0, perRun: 0 },
  ...withoutLogin,
  ...withoutModels,
  breakGlass: { people: 2, minutes: 60, classes: ['R1', 'R3'] },
});

/** A finding that cites what shows it. */
export function finding(severity: Severity): CountedOpinion['findings'][number] {
  return { id: `f-${severity}`, rule: 'security.example', severity, step: null, evidenced: true };
}

export function opinion(
  name: string,
  verdict: CountedOpinion['verdict'],
  rest: Partial<CountedOpinion> = {},
): CountedOpinion {
  return {
    principal: name,
    phase: 'blind',
    verdict,
    findings: [],
    abstention: null,
    because: [],
    brain: 'playbook',
    ...rest,
  };
}

export const security = opinion('reviewer-security', 'approve');
export const reliability = opinion('reviewer-reliability', 'approve');
export const other = opinion('reviewer-other', 'approve');
/** It has looked for harm and found none. */
export const adversary = opinion('reviewer-adversary', 'abstain', { abstention: 'nothing-found' });

export function approval(person: string, verdict: CountedApproval['verdict'] = 'approve'): CountedApproval {
  return { person, verdict };
}

/** Two approving opinions on a small motion, unless said otherwise. */
export function ballot(rest: Partial<Ballot> = {}): Ballot {
  const { riskClass = 'R1', policy = smallPolicy } = rest;
  return {
    rule: riskClass === 'R4' ? undefined : policy.quorum[riskClass],
    riskClass,
    dataClass: 'internal',
    opinions: [security, reliability],
    approvals: [],
    proposer: 'planner',
    requester: 'ana',
    brokenBy: [],
    policy,
    ...rest,
  };
}
