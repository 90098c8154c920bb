import type { ReviewRequest } from '@duovir/protocol';
import { motionParts } from '../brain/motion-parts.ts';
import { promptNamed } from '../brain/prompt.ts';
import type { Thinker } from '../brain/thinker.ts';
import { withoutAnswer } from './abstention.ts';
import { unchanged, type Reasoned } from './judgement.ts';
import { promptOfMandate, type ModelMandate } from './mandate.ts';
import { reviewAnswerSchema } from './model-answer.ts';
import { weigh } from './weigh.ts';

/** Asks a model for an opinion on a motion. No answer is an abstention, never an approval (Invariant 6). */
export async function reviewWithModel(
  thinker: Thinker,
  mandate: ModelMandate,
  { run, motion, plan, evidence }: ReviewRequest,
): Promise<Reasoned> {
  const thought = await thinker.think({
    run,
    purpose: 'review',
    motion,
    prompt: promptNamed(promptOfMandate(mandate)),
    parts: motionParts(plan, evidence),
    answer: reviewAnswerSchema,
  });
  const judgement =
    thought.kind === 'none' ? withoutAnswer(thought) : weigh(thought.value, { plan, evidence }, mandate);
  return unchanged(judgement, thought.provenance);
}
