import type { PromptName } from '../brain/prompt.ts';

/** What a reviewer with a model looks at, each by a prompt of its own. Some of them also have rules. */
const prompts = {
  security: 'reviewer-security',
  reliability: 'reviewer-reliability',
  goal: 'reviewer-goal',
  cost: 'reviewer-cost',
} as const satisfies Record<string, PromptName>;

export type ModelMandate = keyof typeof prompts;

export function isModelMandate(value: string): value is ModelMandate {
  return Object.hasOwn(prompts, value);
}

export function promptOfMandate(mandate: ModelMandate): PromptName {
  return prompts[mandate];
}
