import * as z from 'zod';
import { draftProbeSchema } from '../draft/draft-probe.ts';
import { draftSchema } from '../draft/draft-schema.ts';
import { exactText, keyText, shownText } from '../draft/draft-text.ts';

const playbookSchema = z.strictObject({
  kind: z.literal('playbook'),
  explanation: shownText(2000),
  playbook: exactText(128).describe('one of the names listed, as in postgres/cluster'),
  inputs: z
    .array(z.strictObject({ name: keyText(64), value: exactText(8192).describe('text; lists and booleans as JSON') }))
    .max(64)
    .describe('those that differ from their defaults'),
});
const refusalSchema = z.strictObject({ kind: z.literal('refuse'), reason: shownText(2000) });
const questionSchema = z.strictObject({
  kind: z.literal('question'),
  question: shownText(1000)
    .refine((text) => text !== '', 'a question has words')
    .describe('one question to the requester'),
});
const readingSchema = z.strictObject({
  kind: z.literal('read'),
  explanation: shownText(2000).describe('for the requester: what is looked at and why'),
  probes: z.array(draftProbeSchema).min(1).max(32).describe('what to look at in the empty sandbox before planning'),
});

const decided = [draftSchema, playbookSchema, refusalSchema] as const;
const everything = z.discriminatedUnion('kind', [...decided, questionSchema, readingSchema]);

/** What a planning model may answer. */
export type PlannerAnswer = z.infer<typeof everything>;

/** There is one question and one reading; whoever had them plans or refuses. */
export function plannerAnswerSchema(may: {
  readonly ask: boolean;
  readonly read: boolean;
}): z.ZodType<{ readonly answer: PlannerAnswer }> {
  const options = [...(may.ask ? [questionSchema] : []), ...(may.read ? [readingSchema] : [])];
  return z.strictObject({ answer: z.discriminatedUnion('kind', [...decided, ...options]) });
}
