import {
  executionSubject,
  plainText,
  planSchema,
  type AcceptedRequest,
  type FindingDetail,
  type Plan,
  type TrustPolicy,
} from '@duovir/protocol';
import { numberFindings, type FindingDraft } from '../finding/finding.ts';
import { floorDrafts } from '../floor/floor.ts';
import { placeInPlan } from '../floor/subject-text.ts';
import { inputFindings } from './input-check.ts';
import { placeholderCheckFindings } from './placeholder-check.ts';
import { plainTextFindings } from './plain-text-check.ts';
import { probeCheckFindings } from './probe-check.ts';
import { principalFindings, requestFindings } from './request-check.ts';
import { structureFindings } from './structure-check.ts';
import { undoFindings } from './undo-check.ts';

/**
 * The checkers that run before any reviewer is asked (Invariant 3). The plan comes from another process and is parsed
 * anew; `isDenied` says whether the findings end the motion.
 */
export function checkPlan(
  candidate: unknown,
  context: { readonly request: AcceptedRequest; readonly policy: TrustPolicy },
): FindingDetail[] {
  const parsed = planSchema.safeParse(candidate);
  if (!parsed.success)
    return numberFindings(
      parsed.error.issues.slice(0, 16).map((issue): FindingDraft => ({
        rule: 'check.schema',
        severity: 'critical',
        step: null,
        claim: plainText(`Not a plan: ${issue.message}`).slice(0, 800),
        evidence: [`/${issue.path.map(String).join('/')}`.slice(0, 256)],
        suggestion: 'Write the plan in the published schema.',
      })),
    );
  const plan = parsed.data;
  return numberFindings([
    ...structureFindings(plan),
    ...requestFindings(plan, context.request),
    ...principalFindings(context.request, context.policy),
    ...undoFindings(plan),
    ...inputFindings(plan),
    ...probeCheckFindings(plan),
    ...placeholderCheckFindings(plan),
    ...plainTextFindings(plan),
    ...planFloor(plan),
  ]);
}

/** The floor over everything the plan could ever execute, forwards and backwards. */
function planFloor(plan: Plan): FindingDraft[] {
  return plan.steps.flatMap((step, index) =>
    (['apply', 'compensate'] as const).flatMap((purpose) => {
      const subject = executionSubject({ ...plan, steps: [step] }, step.id, purpose);
      return subject ? floorDrafts(subject, placeInPlan(index, subject)) : [];
    }),
  );
}
