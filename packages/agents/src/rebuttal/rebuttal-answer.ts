import { rebuttalKindSchema } from '@duovir/protocol';
import * as z from 'zod';
import { exactText, shownText } from '../draft/draft-text.ts';

/** What a model may answer to findings: each of them once, and nothing else. */
export function rebuttalAnswersSchema(findings: readonly string[]) {
  const answer = z.strictObject({
    finding: exactText(96).refine((id) => findings.includes(id), 'no finding has this id'),
    kind: rebuttalKindSchema,
    claim: shownText(800),
    evidence: z.array(z.string().max(256)).max(16).describe('JSON pointers into the plan, or ids of evidence shown'),
  });
  return z.strictObject({
    answers: z.array(answer).superRefine((answers, context) => {
      for (const id of findings) {
        const given = answers.filter(({ finding }) => finding === id).length;
        if (given !== 1) context.addIssue({ code: 'custom', message: `${id} is answered ${given} times, not once` });
      }
    }),
  });
}
export type RebuttalAnswers = z.infer<ReturnType<typeof rebuttalAnswersSchema>>;
