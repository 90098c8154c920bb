import { rebut, type Thinker } from '@duovir/agents';
import { planDigest } from '@duovir/protocol';
import type { RebuttalCase } from './case-file.ts';
import { debated } from './debated.ts';
import { abstained, grade, type Grade } from './grade.ts';
import { RUN, subjectEvidence, subjectPlan } from './subject-plan.ts';

/** Has the findings of the case answered: what holds is mended, what does not is refuted by what shows it. */
export async function evaluateRebuttal(
  thinker: Thinker,
  { plan: subject, findings, expect }: RebuttalCase,
): Promise<Grade> {
  const plan = subjectPlan(subject);
  const { answers, provenance } = await rebut(
    { thinker, consult: 'always' },
    {
      run: RUN,
      round: 1,
      motion: planDigest(plan),
      plan,
      evidence: subjectEvidence(plan, subject),
      findings: debated(findings),
      trustPolicy: `sha256:${'d'.repeat(64)}`,
    },
  );
  if (provenance.brain !== 'model') return abstained(answers[0]?.claim ?? '');
  return grade(
    answers
      .filter(({ finding, kind }) => expect[finding]?.includes(kind) !== true)
      .map(({ finding, kind, claim }) => `It says ${kind} to ${finding}: ${claim}`),
  );
}
