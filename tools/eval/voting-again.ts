import { isModelMandate, voteAgainWithModel, type Thinker } from '@duovir/agents';
import { planDigest } from '@duovir/protocol';
import type { SecondVoteCase } from './case-file.ts';
import { debated } from './debated.ts';
import { abstained, grade, type Grade } from './grade.ts';
import { RUN, subjectEvidence, subjectPlan } from './subject-plan.ts';

/** Has the case voted on once more: the verdict changes where something shown changes it, and nowhere else. */
export async function evaluateSecondVote(
  thinker: Thinker,
  { mandate, plan: subject, first, findings, answers, results, expect }: SecondVoteCase,
): Promise<Grade> {
  if (!isModelMandate(mandate)) return abstained(`There is no mandate ${mandate}.`);
  const plan = subjectPlan(subject);
  const debate = { own: first.verdict, findings: debated(findings), answers, checks: results };
  const { verdict, because, detail } = await voteAgainWithModel(
    thinker,
    mandate,
    {
      run: RUN,
      round: 2,
      phase: 'second',
      kind: 'plan',
      motion: planDigest(plan),
      plan,
      evidence: subjectEvidence(plan, subject),
      trustPolicy: `sha256:${'d'.repeat(64)}`,
      debate,
    },
    {
      debate,
      first: {
        verdict: first.verdict,
        abstention: first.verdict === 'abstain' ? 'nothing-known' : null,
        detail: { rationale: '', findings: debated(first.findings) },
        provenance: { brain: 'model', tokens: 0, calls: [] },
        changedFrom: null,
        because: [],
      },
    },
  );
  if (verdict === 'abstain' && expect.verdict !== 'abstain') return abstained(detail.rationale);
  return grade([
    ...(verdict === expect.verdict ? [] : [`It says ${verdict}: ${detail.rationale}`]),
    ...expect.because.filter((cause) => !because.includes(cause)).map((cause) => `It does not name ${cause}.`),
    ...(expect.because.length === 0 && because.length > 0 ? [`It names ${because.join(', ')} as a cause.`] : []),
  ]);
}
