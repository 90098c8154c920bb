import { opinionVerdictSchema, severitySchema } from '@duovir/protocol';
import * as z from 'zod';
import { shownText } from '../draft/draft-text.ts';

/** What a model's finding can be about; the rule id of the finding is `model.<category>`. */
const categories = [
  'exposure',
  'access',
  'disclosure',
  'privilege',
  'instruction',
  'proof',
  'undo',
  'order',
  'time-limit',
  'data-loss',
  'collision',
  'goal-missed',
  'goal-exceeded',
  'ambiguity',
  'oversized',
  'unbounded',
  'waste',
  'other',
] as const;

/** How a claim can be tested: on the bytes of the plan, or where there is a sandbox already by looking into it. */
const claimedCheckSchema = z
  .strictObject({
    is: z.enum(['none', 'absent', 'equal', 'containing', 'listening', 'existing']),
    at: z.string().max(256).describe('JSON pointer into the plan; for listening a port, for existing a path'),
    text: z.string().max(512).describe('for equal and containing: the text; else empty'),
  })
  .describe('a test that succeeds while the claim holds; none where there is no such test');
export type ClaimedCheck = z.infer<typeof claimedCheckSchema>;

export const reviewAnswerSchema = z.strictObject({
  findings: z
    .array(
      z.strictObject({
        step: z.string().max(128).describe('id of the step; empty: the plan as a whole'),
        category: z.enum(categories),
        severity: severitySchema,
        claim: shownText(800),
        evidence: z
          .array(z.string().max(256))
          .max(16)
          .describe('JSON pointers into the plan, or ids of evidence shown'),
        suggestion: shownText(800).describe('empty: none'),
        check: claimedCheckSchema,
      }),
    )
    .max(32),
  rationale: shownText(600),
  verdict: opinionVerdictSchema,
});
export type ReviewAnswer = z.infer<typeof reviewAnswerSchema>;

export const secondAnswerSchema = reviewAnswerSchema.extend({
  because: z.array(z.string().max(256)).max(16).describe('ids of findings, of results, or evidence of answers'),
});
