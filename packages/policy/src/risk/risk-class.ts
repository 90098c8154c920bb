import { executionSubject, type ExecutionSubject, type Plan, type RiskClass, type Step } from '@duovir/protocol';
import { floorDrafts } from '../floor/floor.ts';
import { invocationsOf, placeInSubject, probeInvocation } from '../floor/subject-text.ts';
import { isDenied } from '../finding/finding.ts';
import { runsCommands } from '../program/inline-code.ts';
import { commandConfiguration, invocationRisk, type PlannedFiles } from './invocation-risk.ts';
import { highestRisk, type RiskReason } from './reason.ts';

const MAX_REASONS = 64;
const MAX_STEP_REASONS = 32;

/** The risk class of a plan and the rules that made it so. By rules over the exact plan, never authored by an agent. */
export function riskClassOf(plan: Plan): { readonly riskClass: RiskClass; readonly reasons: string[] } {
  const files = plannedFiles(plan);
  const reasons = [...contextRisk(plan), ...plan.steps.flatMap((step) => stepRisk(plan, step, files))];
  for (const [index, probe] of plan.goal.successCriteria.entries()) {
    const invocation = probeInvocation(probe, `/goal/successCriteria/${index}/with`);
    if (invocation) reasons.push(...invocationRisk(invocation, files));
  }
  const riskClass = highestRisk(reasons);
  const decisive = reasons.filter((reason) => reason.riskClass === riskClass).map(({ rule }) => rule);
  return { riskClass, reasons: [...new Set(decisive)].toSorted().slice(0, MAX_REASONS) };
}

/** What makes one step risky, by rule. */
export function riskReasonsOf(plan: Plan, step: Step): string[] {
  const rules = stepRisk(plan, step, plannedFiles(plan)).map(({ rule }) => rule);
  return [...new Set(rules)].toSorted().slice(0, MAX_STEP_REASONS);
}

function contextRisk(plan: Plan): RiskReason[] {
  const reasons: RiskReason[] = [{ riskClass: 'R0', rule: 'risk.no-effects' }];
  if (plan.environment === 'production') reasons.push({ riskClass: 'R3', rule: 'risk.production' });
  if (plan.environment === 'staging') reasons.push({ riskClass: 'R2', rule: 'risk.staging' });
  if (plan.dataClass === 'cardholder') reasons.push({ riskClass: 'R3', rule: 'risk.cardholder-data' });
  if (plan.dataClass === 'confidential') reasons.push({ riskClass: 'R2', rule: 'risk.confidential-data' });
  // A lookup by id finds the first of two, so the second would be judged by nobody.
  if (new Set(plan.steps.map(({ id }) => id)).size !== plan.steps.length)
    reasons.push({ riskClass: 'R4', rule: 'risk.duplicate-step' });
  return reasons;
}

function stepRisk(plan: Plan, step: Step, files: PlannedFiles): RiskReason[] {
  const reasons: RiskReason[] = step.secrets.length > 0 ? [{ riskClass: 'R2', rule: 'risk.uses-secrets' }] : [];
  for (const purpose of ['apply', 'compensate'] as const) {
    const subject = executionSubject(plan, step.id, purpose);
    if (subject) reasons.push(...subjectRisk(subject, files));
  }
  return reasons;
}

function subjectRisk(subject: ExecutionSubject, files: PlannedFiles): RiskReason[] {
  const place = placeInSubject(subject);
  const denied = floorDrafts(subject, place).filter((draft) => isDenied([draft]));
  return [
    ...denied.map(({ rule }): RiskReason => ({ riskClass: 'R4', rule })),
    ...actionRisk(subject),
    ...invocationsOf(subject.call, subject.verify, place).flatMap((invocation) => invocationRisk(invocation, files)),
  ];
}

function actionRisk({ call }: ExecutionSubject): RiskReason[] {
  switch (call.action) {
    case 'sandbox.open@1':
    case 'sandbox.close@1':
    case 'command.run@1':
      return [];
    case 'directory.make@1':
    case 'path.remove@1':
    case 'service.start@1':
    case 'service.stop@1':
      return [{ riskClass: 'R1', rule: 'risk.sandbox-effect' }];
    case 'file.write@1':
      return [
        { riskClass: 'R1', rule: 'risk.sandbox-effect' },
        ...(runsCommands(call.with.content) ? [commandConfiguration] : []),
      ];
    case 'shell.exec@1':
      return [{ riskClass: 'R3', rule: 'risk.free-shell' }];
  }
}

function plannedFiles(plan: Plan): PlannedFiles {
  const files = new Map<string, string>();
  for (const { call } of plan.steps)
    if (call.action === 'file.write@1')
      // A path written twice could hold either text when it is read: both count.
      files.set(call.with.path, `${files.get(call.with.path) ?? ''}\n${call.with.content}`);
  return files;
}
