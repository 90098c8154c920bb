import { fileURLToPath } from 'node:url';
import { riskClassOf } from '@duovir/policy';
import {
  planDigest,
  planSchema,
  trustPolicySchema,
  type AcceptedRequest,
  type Evidence,
  type Json,
  type Plan,
  type TrustPolicy,
  withoutLogin,
  withoutModels,
} from '@duovir/protocol';
import { resolveInputs } from '../playbook/input-values.ts';
import { loadPacks } from '../playbook/pack.ts';
import { renderPlaybook } from '../playbook/render.ts';
import { reviewSubject, type ReviewSubject } from './subject.ts';

const RUN = 'run-aaaaaaaaaaaaaaaaaaaa';
const packs = loadPacks(fileURLToPath(import.meta.resolve('../../../../packs')));

/** A plan as the planner writes it from a playbook of the repository. */
export function planFrom(
  pack: string,
  playbook: string,
  given: Readonly<Record<string, Json>> = {},
  rest: { readonly revision?: number; readonly occupiedPorts?: readonly number[] } = {},
): Plan {
  const from = packs.find(({ id }) => id === pack);
  const template = from?.playbooks.find(({ metadata }) => metadata.id === playbook);
  if (!from || !template) throw new Error(`There is no playbook ${pack}/${playbook}.`);
  const resolved = resolveInputs(template.inputs, given);
  if (resolved.kind === 'invalid') throw new Error(JSON.stringify(resolved.problems));
  return renderPlaybook(template, {
    pack,
    packDigest: from.digest,
    run: RUN,
    revision: rest.revision ?? 1,
    salt: '0'.repeat(32),
    goal: 'Build it',
    inputs: resolved.inputs,
    environment: 'development',
    dataClass: 'internal',
    occupiedPorts: rest.occupiedPorts ?? [],
  });
}

/** A plan with something about it changed, still a plan. */
export function changed(plan: Plan, change: (text: string) => string): Plan {
  return planSchema.parse(JSON.parse(change(JSON.stringify(plan))));
}

export function requestFor(plan: Plan): AcceptedRequest {
  const [open] = plan.steps;
  return {
    run: RUN,
    requester: 'ana',
    acceptedAt: '2026-01-01T00:00:00.000Z',
    request: {
      goal: plan.goal.statement,
      target: 'sandbox',
      inputs: {},
      environment: plan.environment,
      dataClass: plan.dataClass,
      occupiedPorts: open?.call.action === 'sandbox.open@1' ? open.call.with.occupiedPorts : [],
    },
  };
}

export function evidenceFor(plan: Plan, heal: Evidence['heal'] = null): Evidence {
  const { riskClass, reasons } = riskClassOf(plan);
  return { request: requestFor(plan), riskClass, reasons, checks: [], diff: null, dryRun: [], state: null, heal };
}

/** What the attestor saw: a stranger on every address of that port. */
export function healOf(
  previous: Plan,
  step: string,
  port: number,
  outcome = 'succeeded',
): NonNullable<Evidence['heal']> {
  return {
    step,
    signature: 'net.port-in-use',
    explanation: 'Somebody else listens there.',
    observation: {
      observations: [{ id: 'holder', outcome, observed: {}, summary: 'a stranger listens' }],
      listeners: [{ address: '0.0.0.0', port, pid: 7, argv: 'stranger', service: null }],
      differences: [],
    },
    previous: planDigest(previous),
  };
}

const principal = (name: string, role: string, mandate?: string) => ({
  name,
  role,
  group: 'rules',
  publicKey: Buffer.from(name.padEnd(32, '.')).toString('base64'),
  ...(mandate ? { mandate } : {}),
});
const quorum = {
  reviewers: 2,
  approvals: 2,
  groups: 1,
  adversary: false,
  veto: 'high',
  reviewSeconds: 60,
  people: 0,
  cardholderPeople: 0,
  peopleTimeoutSeconds: 60,
  permitSeconds: 60,
};

export const policy: TrustPolicy = trustPolicySchema.parse({
  apiVersion: 'duovir/v1',
  kind: 'TrustPolicy',
  organisation: 'Example',
  version: 1,
  issuedAt: '2026-01-01T00:00:00.000Z',
  log: { origin: 'log.example', vkey: 'log.example+00000000+AA==' },
  witnesses: { quorum: 1, vkeys: ['witness.example+00000000+AA=='] },
  principals: [
    principal('reviewer-security', 'reviewer', 'security'),
    principal('reviewer-reliability', 'reviewer', 'reliability'),
    principal('ana', 'person'),
  ],
  quorum: { R0: quorum, R1: quorum, R2: quorum, R3: quorum },
  envelopes: [
    {
      id: 'port-overlap',
      signature: 'net.port-in-use',
      inputs: ['port', 'upstreamPort'],
      range: { kind: 'port', from: 5000, to: 9999 },
      environments: ['development', 'staging'],
      attempts: 2,
    },
  ],
  heals: { perStep: 2, perRun: 4 },
  ...withoutLogin,
  ...withoutModels,
});

export function subjectOf(
  plan: Plan,
  heal: { readonly evidence: Evidence['heal']; readonly previous?: Plan } | null = null,
): ReviewSubject {
  return reviewSubject({
    kind: heal ? 'heal' : 'plan',
    plan,
    evidence: evidenceFor(plan, heal?.evidence ?? null),
    policy,
    previous: heal?.previous,
  });
}
