import type { Debate, ReviewRequest } from '@duovir/protocol';
import { withoutModel } from '../brain/provenance.ts';
import type { ModelBrain } from '../brain/thinker.ts';
import { isMandate, type Mandate } from './catalogue.ts';
import { judgeAgain } from './judge-again.ts';
import { judge, unchanged, type Reasoned } from './judgement.ts';
import { isModelMandate, type ModelMandate } from './mandate.ts';
import { reviewWithModel } from './model-review.ts';
import { voteAgainWithModel } from './model-second-vote.ts';
import type { ReviewSubject } from './subject.ts';

/** What one reviewer looks at, and with what. */
export type Work =
  | { readonly kind: 'rules'; readonly mandate: Mandate }
  | { readonly kind: 'model'; readonly mandate: ModelMandate; readonly model: ModelBrain };

/** Undefined for a mandate that nobody has rules for, or no prompt where there is a model. */
export function workOf(mandate: string, model: ModelBrain | null): Work | undefined {
  if (model) return isModelMandate(mandate) ? { kind: 'model', mandate, model } : undefined;
  return isMandate(mandate) ? { kind: 'rules', mandate } : undefined;
}

/**
 * Rules come first where a model is only asked in doubt, and what they reject is rejected at no cost. Their approval is not
 * passed on: it would count for the group of a model that has not spoken, and rules of one author would be two voices.
 */
export async function review(work: Work, subject: ReviewSubject, request: ReviewRequest): Promise<Reasoned> {
  const { mandate } = work;
  if (work.kind === 'rules') return unchanged(judge(work.mandate, subject), withoutModel());
  const { thinker, consult } = work.model;
  if (consult === 'when-unsure' && isMandate(mandate)) {
    const judgement = judge(mandate, subject);
    if (judgement.verdict === 'reject') return unchanged(judgement, withoutModel());
  }
  return reviewWithModel(thinker, work.mandate, request);
}

/** The second vote, by the same means as the first and in its order. */
export async function reviewAgain(
  work: Work,
  subject: ReviewSubject,
  request: ReviewRequest,
  { debate, first }: { readonly debate: Debate; readonly first: Reasoned },
): Promise<Reasoned> {
  const { mandate } = work;
  if (work.kind === 'rules') return judgeAgain(work.mandate, subject, debate, first);
  const { thinker, consult } = work.model;
  if (consult === 'when-unsure' && isMandate(mandate) && first.provenance.brain === 'playbook') {
    const judged = judgeAgain(mandate, subject, debate, first);
    if (judged.verdict === 'reject') return judged;
  }
  return voteAgainWithModel(thinker, work.mandate, request, { debate, first });
}
