import { planAnswerSchema, planSchema, type AcceptedRequest, type Plan } from '@duovir/protocol';
import type { Council } from './council.ts';
import { post } from './deliberation.ts';
import { planRequest } from './plan-request.ts';

/** The plan that the playbooks know for the request: no model has had a hand in it. */
export async function soundPlan(council: Council, accepted: AcceptedRequest): Promise<Plan> {
  const planner = council.plannerWith(council.packs, false);
  const answer = planAnswerSchema.parse(await post(planner, '/v1/plans', planRequest(council, accepted)));
  if (answer.kind !== 'plan') throw new Error(`no playbook knows ${accepted.request.goal}`);
  return answer.plan;
}

/** The plan with what a step writes changed. */
export function withContent(plan: Plan, step: string, change: (content: string) => string): Plan {
  return planSchema.parse({
    ...plan,
    steps: plan.steps.map((each) =>
      each.id === step && each.call.action === 'file.write@1'
        ? { ...each, call: { ...each.call, with: { ...each.call.with, content: change(each.call.with.content) } } }
        : each,
    ),
  });
}
