import { hash } from 'node:crypto';
import {
  withoutLogin,
  withoutModels,
  type Principal,
  type QuorumRule,
  type Role,
  type TrustPolicy,
} from '@duovir/protocol';

const raw = (name: string): Buffer => hash('sha256', name, 'buffer');

/** A principal whose key is made from the name: nobody has to sign here. */
export function enrolled(name: string, role: Role, more: Partial<Principal> = {}): Principal {
  return { name, role, group: name, publicKey: raw(name).toString('base64'), ...more };
}

export function vkeyOf(origin: string, type: number, principal: string): string {
  const typed = Buffer.concat([Buffer.from([type]), raw(principal)]);
  const id = hash('sha256', Buffer.concat([Buffer.from(`${origin}\n`), typed]), 'hex').slice(0, 8);
  return `${origin}+${id}+${typed.toString('base64')}`;
}

const readOnly: QuorumRule = {
  reviewers: 0,
  approvals: 0,
  groups: 0,
  adversary: false,
  veto: 'critical',
  reviewSeconds: 60,
  people: 0,
  cardholderPeople: 0,
  peopleTimeoutSeconds: 3600,
  permitSeconds: 900,
};
const reviewed: QuorumRule = { ...readOnly, reviewers: 2, approvals: 2, groups: 1, veto: 'high' };
const withPerson: QuorumRule = { ...reviewed, groups: 2, people: 1, cardholderPeople: 1, veto: 'critical' };

/** A trust policy that nothing is wrong with. */
export const soundPolicy: TrustPolicy = {
  apiVersion: 'duovir/v1',
  kind: 'TrustPolicy',
  organisation: 'Acme',
  version: 1,
  issuedAt: '2026-03-01T10:00:00.000Z',
  log: { origin: 'acme.example/log', vkey: vkeyOf('acme.example/log', 1, 'server') },
  witnesses: { quorum: 1, vkeys: [vkeyOf('acme.example/witness', 4, 'witness')] },
  principals: [
    enrolled('server', 'server'),
    enrolled('planner', 'planner'),
    enrolled('healer', 'healer'),
    enrolled('runner', 'runner'),
    enrolled('attestor', 'attestor'),
    enrolled('witness', 'witness'),
    enrolled('reviewer-security', 'reviewer', { mandate: 'security', group: 'rules' }),
    enrolled('reviewer-reliability', 'reviewer', { mandate: 'reliability', group: 'rules' }),
    enrolled('reviewer-adversary', 'reviewer', { mandate: 'adversary', group: 'rules' }),
    enrolled('ann', 'person', { roles: ['operator'] }),
    enrolled('bob', 'person', { roles: ['approver', 'administrator'] }),
    enrolled('cara', 'person', { roles: ['approver'] }),
  ],
  quorum: { R0: readOnly, R1: reviewed, R2: withPerson, R3: { ...withPerson, adversary: true, cardholderPeople: 2 } },
  ...withoutLogin,
  breakGlass: { people: 2, minutes: 60, classes: ['R1', 'R2', 'R3'] },
  envelopes: [],
  heals: { perStep: 2, perRun: 5 },
  ...withoutModels,
};
