import type { ApprovalView, RunView } from '@duovir/protocol';
import { jsonEndpoint, type Endpoint } from './endpoint.ts';
import { giveApproval } from './give-approval.ts';
import { runParameters } from './parameters.ts';
import type { Api } from './ports.ts';
import { referralOf } from './referral.ts';

export function approvalEndpoints(api: Api): Endpoint[] {
  return [
    jsonEndpoint({
      method: 'get',
      path: '/v1/approvals',
      operation: 'listApprovals',
      summary: 'Motions that wait for people.',
      access: { action: 'read', resource: 'runs' },
      answer: 'Approvals',
      handle: async ({ reader }) => {
        const open = await reader.readable(await api.runs.open(), ({ id }) => id);
        const views = await Promise.all(open.map((run) => viewOf(api, run)));
        return { items: views.filter((view) => view !== undefined) };
      },
    }),
    jsonEndpoint({
      method: 'post',
      path: '/v1/runs/{run}/approvals',
      operation: 'giveApproval',
      summary: 'Approve or reject a motion, by a statement that the person has signed with his own key.',
      access: { action: 'approve', resource: 'run' },
      parameters: runParameters,
      body: 'ApprovalRequest',
      answer: 'Run',
      status: 201,
      handle: async ({ parameters: { run }, body, person }) => {
        await giveApproval(api, run, person, body);
        return api.runs.view(run);
      },
    }),
  ];
}

async function viewOf(
  api: Api,
  { id, goal, requester, environment, state }: RunView,
): Promise<ApprovalView | undefined> {
  if (state.kind !== 'waiting') return undefined;
  const { motion, riskClass, people, needed, until } = state;
  const record = await api.motions.find(motion);
  const referral = record && (await referralOf(api, record));
  // Waiting is what the run shows of its referral: without one there is nothing to decide about yet.
  if (!referral) return undefined;
  const { trustPolicy, explanation, rule } = referral;
  return {
    motion,
    run: id,
    goal,
    requester,
    environment,
    dataClass: (await api.runs.accepted(id)).request.dataClass,
    riskClass,
    reasons: record.reasons,
    explanation,
    rule,
    needed,
    people,
    given: await api.approvals.given(motion, trustPolicy),
    until,
    trustPolicy,
  };
}
