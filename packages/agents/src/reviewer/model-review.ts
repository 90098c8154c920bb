import { digestOf, type Evidence, type Plan, type ReviewRequest } from '@duovir/protocol';
import { flatText } from '../brain/flat-text.ts';
import { planText } from '../brain/plan-text.ts';
import { promptNamed } from '../brain/prompt.ts';
import type { Part, Thinker } from '../brain/thinker.ts';
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
    parts: reviewParts(plan, evidence),
    answer: reviewAnswerSchema,
  });
  const judgement = thought.kind === 'none' ? withoutAnswer(thought) : weigh(thought.value, { plan, evidence });
  return unchanged(judgement, thought.provenance);
}

/** All a reviewer is shown: the motion and its evidence, nothing of other opinions. */
function reviewParts(plan: Plan, { request, riskClass, reasons, checks, heal }: Evidence): Part[] {
  const { goal, inputs, environment, dataClass, target } = request.request;
  return [
    { label: 'plan', text: planText(plan) },
    { label: 'request', text: flatText({ goal, inputs, target, environment, dataClass }) },
    { label: 'risk', text: flatText({ riskClass, reasons }) },
    ...(checks.length > 0 ? [{ label: 'checks', text: flatText(checks) }] : []),
    ...(heal ? [{ label: 'heal', text: healText(heal) }] : []),
  ];
}

function healText({ step, signature, explanation, observation }: NonNullable<Evidence['heal']>): string {
  return flatText({ step, signature, explanation, seen: { id: digestOf(observation), observation } });
}
