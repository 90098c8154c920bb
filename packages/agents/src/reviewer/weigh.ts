import { atPointer, numberFindings, reaches, type FindingDraft } from '@duovir/policy';
import { ADVERSARY, type Evidence, type Plan } from '@duovir/protocol';
import { evidenceIds } from '../brain/motion-parts.ts';
import { claimedCheck } from './claimed-check.ts';
import type { Judgement } from './judgement.ts';
import { withinMandate, type ModelMandate } from './mandate.ts';
import type { ReviewAnswer } from './model-answer.ts';

type Claimed = ReviewAnswer['findings'][number];

/**
 * What of a model's review counts. A finding must be about a step that exists and cite what exists; a verdict must follow
 * from its findings. Nothing here makes an opinion milder than the model meant it, except for want of evidence.
 */
export function weigh(
  answer: ReviewAnswer,
  { plan, evidence }: { readonly plan: Plan; readonly evidence: Evidence },
  mandate: ModelMandate,
): Judgement {
  const known = evidenceIds(evidence);
  const drafts = answer.findings
    .map((claimed) => draftOf(claimed, { plan, evidence, known }))
    .filter((draft) => draft !== undefined);
  const dropped = answer.findings.length - drafts.length;
  const findings = numberFindings(drafts);
  const { verdict, abstention, because } = verdictOf(answer.verdict, findings, mandate);
  const notes = [
    answer.rationale,
    ...(dropped > 0 ? [`${dropped} of ${answer.findings.length} findings dropped: no such step or evidence.`] : []),
    ...(because === undefined ? [] : [because]),
  ];
  return withinMandate(mandate, { verdict, abstention, detail: { rationale: notes.join(' ').slice(-800), findings } });
}

interface Shown {
  readonly plan: Plan;
  readonly evidence: Evidence;
  readonly known: ReadonlySet<string>;
}

function draftOf(claimed: Claimed, { plan, evidence: shown, known }: Shown): FindingDraft | undefined {
  const { category, claim, suggestion } = claimed;
  const step = claimed.step === '' ? null : claimed.step;
  if (step !== null && !plan.steps.some(({ id }) => id === step)) return undefined;
  const evidence = [...new Set(claimed.evidence)].filter((at) => known.has(at) || atPointer(plan, at) !== undefined);
  if (claimed.evidence.length > 0 && evidence.length === 0) return undefined;
  // Only what is shown can outvote everybody (Invariant 3).
  const severity = claimed.severity === 'critical' && evidence.length === 0 ? 'high' : claimed.severity;
  const check = claimedCheck(claimed.check, plan, shown.heal !== null);
  return {
    rule: `model.${category}`,
    severity,
    step,
    claim,
    evidence,
    ...(suggestion === '' ? {} : { suggestion }),
    ...(check === undefined ? {} : { check }),
  };
}

function verdictOf(
  said: ReviewAnswer['verdict'],
  findings: Judgement['detail']['findings'],
  mandate: ModelMandate,
): Pick<Judgement, 'verdict' | 'abstention'> & { readonly because?: string } {
  if (said === 'approve' && reaches(findings, 'high'))
    return {
      verdict: 'reject',
      abstention: null,
      because: 'Counts as rejection: it approves and finds what must not run.',
    };
  if (said === 'reject' && !reaches(findings, 'medium'))
    return {
      verdict: 'abstain',
      abstention: 'no-answer',
      because: 'Counts as abstention: it rejects without a finding that shows why.',
    };
  // An adversary has no other word for having found nothing.
  const abstention = mandate === ADVERSARY ? 'nothing-found' : 'nothing-known';
  return { verdict: said, abstention: said === 'abstain' ? abstention : null };
}
