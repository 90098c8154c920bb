import { reviewWithModel, type ModelMandate, type Thinker } from '@duovir/agents';
import { reaches } from '@duovir/policy';
import { planDigest } from '@duovir/protocol';
import type { ReviewCase } from './case-file.ts';
import { abstained, grade, type Grade } from './grade.ts';
import { RUN, subjectEvidence, subjectPlan } from './subject-plan.ts';

/** Has the case reviewed: the planted fault must be found where it is, and a good plan approved. */
export async function evaluateReview(
  thinker: Thinker,
  mandate: ModelMandate,
  { plan: subject, expect }: ReviewCase,
): Promise<Grade> {
  const plan = subjectPlan(subject);
  const { verdict, detail } = await reviewWithModel(thinker, mandate, {
    run: RUN,
    round: 1,
    phase: 'blind',
    kind: 'plan',
    motion: planDigest(plan),
    plan,
    evidence: subjectEvidence(plan, subject),
    trustPolicy: `sha256:${'d'.repeat(64)}`,
    debate: null,
  });
  if (verdict === 'abstain' && expect.verdict !== 'abstain') return abstained(detail.rationale);
  if (verdict !== expect.verdict) return grade([`It says ${verdict}: ${detail.rationale}`]);
  if (expect.step === undefined) return grade([]);
  const there = detail.findings.filter(({ step }) => step === expect.step);
  const named = there.filter(
    ({ rule }) => expect.categories.length === 0 || expect.categories.includes(categoryOf(rule)),
  );
  return grade(
    reaches(named, 'medium') ? [] : [`Nothing of weight is found at ${expect.step ?? 'the plan as a whole'}.`],
  );
}

function categoryOf(rule: string): string {
  return rule.slice('model.'.length);
}
