import type { AccessQuestion } from '../access/question.ts';

/** How access policies are judged; given by the caller, because the evaluator is large and not everybody needs it. */
export interface AccessRules {
  /** What is wrong with them, one sentence each. */
  validate(policies: string): readonly string[];
  authorise(policies: string, question: AccessQuestion): { readonly allowed: boolean };
}
