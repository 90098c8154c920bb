import type { Plan } from '@duovir/protocol';
import type { FindingDraft } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import { quote } from '../finding/quote.ts';
import { cyclicSteps, needsOf } from './graph.ts';

/** The steps form one graph that starts with the sandbox and can be walked to its end. */
export function structureFindings(plan: Plan): FindingDraft[] {
  return [...identityFindings(plan), ...needFindings(plan), ...sandboxFindings(plan)];
}

function identityFindings(plan: Plan): FindingDraft[] {
  const seen = new Set<string>();
  return plan.steps.flatMap(({ id }, index) => {
    const repeated = seen.has(id);
    seen.add(id);
    if (!repeated) return [];
    return [
      {
        rule: 'check.step-unique',
        severity: 'critical' as const,
        step: id,
        claim: `Two steps are called ${quote(id)}; a permit could not say which one it is for.`,
        evidence: [pointer('steps', index, 'id')],
        suggestion: 'Give each step its own name.',
      },
    ];
  });
}

function needFindings(plan: Plan): FindingDraft[] {
  const known = new Set(plan.steps.map(({ id }) => id));
  const missing = plan.steps.flatMap((step, index) =>
    step.needs
      .filter((need) => !known.has(need))
      .map((need): FindingDraft => ({
        rule: 'check.need-exists',
        severity: 'high',
        step: step.id,
        claim: `The step needs ${quote(need)}, which the plan does not have.`,
        evidence: [pointer('steps', index, 'needs')],
        suggestion: 'Name a step of this plan.',
      })),
  );
  const cyclic = cyclicSteps(plan.steps);
  if (cyclic.length === 0) return missing;
  return [
    ...missing,
    {
      rule: 'check.needs-acyclic',
      severity: 'high',
      step: cyclic[0] ?? null,
      claim: `These steps wait for each other and would never start: ${cyclic.slice(0, 8).map(quote).join(', ')}.`,
      evidence: cyclic.slice(0, 8).map((id) =>
        pointer(
          'steps',
          plan.steps.findIndex((step) => step.id === id),
          'needs',
        ),
      ),
      suggestion: 'Remove one of the needs.',
    },
  ];
}

function sandboxFindings(plan: Plan): FindingDraft[] {
  const findings: FindingDraft[] = [];
  const [first] = plan.steps;
  if (first?.call.action !== 'sandbox.open@1')
    findings.push({
      rule: 'check.sandbox-first',
      severity: 'high',
      step: first?.id ?? null,
      claim: 'The first step does not open the sandbox, so nothing could be executed.',
      evidence: [pointer('steps', 0, 'call', 'action')],
      suggestion: 'Begin with sandbox.open@1.',
    });
  for (const [index, step] of plan.steps.entries()) {
    if (index === 0) continue;
    if (step.call.action === 'sandbox.open@1')
      findings.push({
        rule: 'check.sandbox-once',
        severity: 'high',
        step: step.id,
        claim: 'A run has one sandbox; this step would open another.',
        evidence: [pointer('steps', index, 'call', 'action')],
        suggestion: 'Remove the step.',
      });
    if (first && !needsOf(plan.steps, step.id).has(first.id))
      findings.push({
        rule: 'check.sandbox-needed',
        severity: 'medium',
        step: step.id,
        claim:
          'The step does not need the sandbox, directly or through others; only the order of the list puts it after.',
        evidence: [pointer('steps', index, 'needs')],
        suggestion: `Add ${quote(first.id)} to its needs.`,
      });
  }
  return findings;
}
