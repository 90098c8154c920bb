import { riskClassOf } from '@duovir/policy';
import { digestOf, planSchema, type Plan, type PlanRequest } from '@duovir/protocol';
import { DRAFT_PACK } from '../draft/draft-playbook.ts';
import { renderDraftProbe } from '../draft/render-draft-probe.ts';
import { AgentError } from '../error.ts';
import { sandboxStep } from '../playbook/render.ts';
import type { PlannerAnswer } from './planner-answer.ts';

const LIMITS = { memoryBytes: 268_435_456, processes: 64, cpuPercent: 100, workspaceBytes: 67_108_864 };

/** A plan that opens a sandbox and looks: its goal's probes are what the planner wants to know, and it has no other step. */
export function readingPlan(
  { probes }: Extract<PlannerAnswer, { kind: 'read' }>,
  { accepted, salt, revision }: PlanRequest,
): Plan {
  const { run, request } = accepted;
  const looks = probes.map((probe, index) => renderDraftProbe(probe, request.inputs, ['probes', index]));
  const plan = planSchema.parse({
    apiVersion: 'duovir/v1',
    kind: 'Plan',
    run,
    revision,
    salt,
    goal: { statement: request.goal, successCriteria: looks },
    source: {
      pack: DRAFT_PACK,
      playbook: 'reading',
      version: '1.0.0',
      digest: digestOf(looks),
      inputs: request.inputs,
    },
    target: { kind: 'sandbox', id: run },
    environment: request.environment,
    dataClass: request.dataClass,
    steps: [sandboxStep({ hosts: {}, limits: LIMITS }, request.occupiedPorts)],
  });
  const { riskClass } = riskClassOf(plan);
  if (riskClass !== 'R0')
    throw new AgentError('playbook-render', `What would be read is of class ${riskClass}; reading changes nothing.`, [
      'probes',
    ]);
  return plan;
}
