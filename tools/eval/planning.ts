import { planWithModel, type Planned, type Thinker } from '@duovir/agents';
import { canonicalJson, type Plan, type PlanRequest } from '@duovir/protocol';
import type { PlanningCase } from './case-file.ts';
import { abstained, complaintsAbout, grade, type Grade } from './grade.ts';
import { accepted, catalogue, checkingPolicy, subjectPlan } from './subject-plan.ts';

/** Has the case planned or revised. A plan that the checkers deny never comes out of this. */
export async function evaluatePlanning(thinker: Thinker, given: PlanningCase): Promise<Grade> {
  const planned = await planWithModel({ thinker, catalogue, policy: checkingPolicy, request: requestOf(given) });
  if (planned.kind === 'failed') return abstained(planned.reason);
  const kind = kindOf(planned);
  if (kind !== given.expect.kind) return grade([`It ${kind}s, and should ${given.expect.kind}.`]);
  return planned.kind === 'planned' ? gradePlan(planned.plan, given.expect) : grade([]);
}

function kindOf(planned: Exclude<Planned, { kind: 'failed' }>): PlanningCase['expect']['kind'] {
  return planned.kind === 'planned' ? planned.purpose : planned.kind;
}

function requestOf({ request, clarification, state, objections }: PlanningCase): PlanRequest {
  return {
    accepted: accepted(request),
    salt: '1'.repeat(32),
    revision: objections ? 2 : 1,
    trustPolicy: `sha256:${'d'.repeat(64)}`,
    commitmentSalt: '2'.repeat(64),
    clarification: clarification ?? null,
    ...(state ? { state } : {}),
    objections: objections
      ? {
          plan: subjectPlan({ ...objections.plan, goal: request.goal }),
          findings: objections.findings.map((finding, index) => ({
            id: `f-${index}`,
            rule: 'model.other',
            ...finding,
          })),
          answers: [],
        }
      : null,
  };
}

function gradePlan(plan: Plan, { source, actions, inputs, contains, lacks }: PlanningCase['expect']): Grade {
  const from = plan.source.draft === undefined ? `${plan.source.pack}/${plan.source.playbook}` : 'draft';
  const used = new Set(plan.steps.map(({ call }) => call.action as string));
  return grade([
    ...(source !== undefined && source !== from ? [`It is made from ${from}, not ${source}.`] : []),
    ...actions.filter((action) => !used.has(action)).map((action) => `No step uses ${action}.`),
    ...Object.entries(inputs)
      .filter(([name, value]) => canonicalJson(plan.source.inputs[name] ?? null) !== canonicalJson(value))
      .map(([name]) => `The input ${name} is ${JSON.stringify(plan.source.inputs[name])}.`),
    ...complaintsAbout(JSON.stringify({ criteria: plan.goal.successCriteria, steps: plan.steps }), { contains, lacks }),
  ]);
}
