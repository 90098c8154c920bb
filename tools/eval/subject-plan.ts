import { Catalogue, loadPacks, packsFolder, renderPlaybook, resolveInputs } from '@duovir/agents';
import { riskClassOf } from '@duovir/policy';
import {
  planSchema,
  runRequestSchema,
  type AcceptedRequest,
  type Evidence,
  type Plan,
  type RunRequest,
  type TrustPolicy,
} from '@duovir/protocol';
import type { SubjectCase } from './case-file.ts';

export const packs = loadPacks(packsFolder);
export const catalogue = new Catalogue(packs);
/** The same for every case and at every time: the same case asks the same questions. */
export const RUN = 'run-eeeeeeeeeeeeeeeeeeee';
const REQUESTER = 'evaluator';

/** As much of a trust policy as the checkers look at. */
export const checkingPolicy = {
  principals: [{ name: REQUESTER, role: 'person', publicKey: '', group: REQUESTER }],
} as Partial<TrustPolicy> as TrustPolicy;

export function accepted(request: RunRequest): AcceptedRequest {
  return { run: RUN, requester: REQUESTER, acceptedAt: '2026-01-05T10:00:00.000Z', request };
}

/** A plan as the planner writes it, with what the case changes in it. */
export function subjectPlan({ playbook: name, inputs, goal, occupiedPorts, change }: SubjectCase): Plan {
  const known = catalogue.named(name);
  if (!known) throw new Error(`There is no playbook ${name}.`);
  const { pack, playbook } = known;
  const resolved = resolveInputs(playbook.inputs, inputs);
  if (resolved.kind === 'invalid') throw new Error(JSON.stringify(resolved.problems));
  const plan = renderPlaybook(playbook, {
    pack: pack.id,
    packDigest: pack.digest,
    run: RUN,
    revision: 1,
    salt: '0'.repeat(32),
    goal: goal ?? playbook.goal.statement,
    inputs: resolved.inputs,
    environment: 'development',
    dataClass: 'internal',
    occupiedPorts,
  });
  const text = change.reduce((json, { replace, by }) => {
    if (!json.includes(replace)) throw new Error(`${name} has nothing like ${replace} to change.`);
    return json.replaceAll(replace, by);
  }, JSON.stringify(plan));
  return planSchema.parse(JSON.parse(text));
}

/** The evidence of a motion that no checker has anything against and that has no target yet. */
export function subjectEvidence(plan: Plan, { inputs, occupiedPorts }: SubjectCase): Evidence {
  const { riskClass, reasons } = riskClassOf(plan);
  const wishes = { goal: plan.goal.statement, target: 'sandbox', inputs, occupiedPorts };
  const request = accepted(runRequestSchema.parse(wishes));
  return { request, riskClass, reasons, checks: [], diff: null, dryRun: [], state: null, heal: null };
}
