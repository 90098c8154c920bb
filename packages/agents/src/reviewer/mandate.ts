import { reaches } from '@duovir/policy';
import { ADVERSARY } from '@duovir/protocol';
import type { PromptName } from '../brain/prompt.ts';
import type { Judgement } from './judgement.ts';

/** What a reviewer with a model looks at, each by a prompt of its own. Some of them also have rules. */
const prompts = {
  security: 'reviewer-security',
  reliability: 'reviewer-reliability',
  goal: 'reviewer-goal',
  cost: 'reviewer-cost',
  [ADVERSARY]: 'reviewer-adversary',
} as const satisfies Record<string, PromptName>;

export type ModelMandate = keyof typeof prompts;

export function isModelMandate(value: string): value is ModelMandate {
  return Object.hasOwn(prompts, value);
}

export function promptOfMandate(mandate: ModelMandate): PromptName {
  return prompts[mandate];
}

/** Whoever looks for harm may not approve, whatever it says: it rejects with what it has found, or says that it found nothing. */
export function withinMandate(mandate: string, judgement: Judgement): Judgement {
  if (mandate !== ADVERSARY || judgement.verdict !== 'approve') return judgement;
  return reaches(judgement.detail.findings, 'medium')
    ? { ...judgement, verdict: 'reject' }
    : { ...judgement, verdict: 'abstain', abstention: 'nothing-found' };
}
