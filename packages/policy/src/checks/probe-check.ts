import type { Plan, Probe } from '@duovir/protocol';
import type { FindingDraft } from '../finding/finding.ts';
import { pointer } from '../finding/pointer.ts';
import { argumentFindings } from '../floor/argument-rule.ts';
import { environmentFindings } from '../floor/environment-rule.ts';
import { probeFindings } from '../floor/probe-rule.ts';
import { probeInvocation } from '../floor/subject-text.ts';
import { readsOnly } from '../risk/probe-reads.ts';

/** Probes only look. The goal's probes belong to no step, so the floor is asked about them here. */
export function probeCheckFindings(plan: Plan): FindingDraft[] {
  const findings: FindingDraft[] = [...uniqueFindings(plan)];
  for (const { probe, at, step } of probesOf(plan)) {
    const invocation = probeInvocation(probe, `${at}/with`);
    if (!invocation) continue;
    if (!readsOnly(invocation.argv))
      findings.push({
        rule: 'check.probe-reads',
        severity: 'high',
        step,
        claim: 'The command of this probe cannot be seen to change nothing; a probe only looks.',
        evidence: [`${at}/with/argv`],
        suggestion: 'Move the change into a step, and let the probe read what it left.',
      });
    if (step === null)
      findings.push(
        ...[...argumentFindings(invocation, 'goal'), ...environmentFindings(invocation, 'goal')].map((finding) => ({
          ...finding,
          step: null,
        })),
      );
  }
  findings.push(...probeFindings(plan.goal.successCriteria, '/goal/successCriteria', null));
  return findings;
}

interface PlacedProbe {
  readonly probe: Probe;
  readonly at: string;
  readonly step: string | null;
}

function probesOf(plan: Plan): PlacedProbe[] {
  return [
    ...plan.goal.successCriteria.map((probe, index) => ({
      probe,
      at: pointer('goal', 'successCriteria', index),
      step: null,
    })),
    ...plan.steps.flatMap((step, index) => [
      ...step.verify.map((probe, at) => ({ probe, at: pointer('steps', index, 'verify', at), step: step.id })),
      ...(step.check ? [{ probe: step.check, at: pointer('steps', index, 'check'), step: step.id }] : []),
    ]),
  ];
}

function uniqueFindings(plan: Plan): FindingDraft[] {
  const lists = [
    { probes: plan.goal.successCriteria, at: '/goal/successCriteria', step: null },
    ...plan.steps.map((step, index) => ({ probes: step.verify, at: pointer('steps', index, 'verify'), step: step.id })),
  ];
  return lists.flatMap(({ probes, at, step }) => {
    if (new Set(probes.map(({ id }) => id)).size === probes.length) return [];
    return [
      {
        rule: 'check.probe-unique',
        severity: 'high' as const,
        step,
        claim: 'Two probes of one list have the same name; an attestation could not say which one failed.',
        evidence: [at],
        suggestion: 'Give each probe its own name.',
      },
    ];
  });
}
