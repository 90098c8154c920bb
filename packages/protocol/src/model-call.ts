import * as z from 'zod';
import { digestSchema } from './digest.ts';
import { envelopeSchema } from './envelope.ts';
import { jsonSchema } from './json.ts';
import { nameSchema, runIdSchema } from './name.ts';
import { boundPlaceholderSchema } from './placeholder.ts';

/** What a model is asked for. Verification and undo have their own part of the budget (Invariant 8). */
export const callPurposeSchema = z.enum(['plan', 'revise', 'rebut', 'review', 'diagnose']);
export type CallPurpose = z.infer<typeof callPurposeSchema>;

/** One call to a model, as ledger, budget and records know it. */
export const callIdSchema = z.string().regex(/^call-[a-z2-7]{26}$/);

/** A prompt is a versioned file; its digest says which one was used. */
export const promptReferenceSchema = z.strictObject({
  name: nameSchema,
  version: z.int().min(1).max(9999),
  digest: digestSchema,
});
export type PromptReference = z.infer<typeof promptReferenceSchema>;

/**
 * What an agent wants to know from its model. The agent names no model, no price and no data class: those are the
 * trust policy's and the run's.
 */
export const modelQuestionSchema = z.strictObject({
  run: runIdSchema,
  purpose: callPurposeSchema,
  /** The motion it is about; null before there is one. */
  motion: digestSchema.nullable(),
  /** 1, and 2 for the one re-ask after an answer that broke its schema. */
  attempt: z.int().min(1).max(2),
  prompt: promptReferenceSchema,
  /** From the prompt file: the only text with authority. */
  system: z.string().min(1).max(65_536),
  /** Everything else is data, whoever wrote it (Invariant 10). */
  parts: z
    .array(
      z.strictObject({
        label: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
        text: z.string().max(262_144),
      }),
    )
    .min(1)
    .max(32),
  /** The closed form of the answer, as JSON Schema. */
  answer: z.strictObject({ name: nameSchema, schema: jsonSchema }),
  maxOutputTokens: z.int().min(16).max(65_536),
});
export type ModelQuestion = z.infer<typeof modelQuestionSchema>;

/** POST /v1/model-calls of the gateway. `statement` is a `model-question` over the digest of the question. */
export const modelRequestSchema = z.strictObject({
  statement: envelopeSchema,
  /** Salted, so that nobody can guess from the digest in the ledger what was asked (Invariant 12). */
  question: modelQuestionSchema.extend({ salt: z.string().regex(/^[0-9a-f]{64}$/) }),
});
export type ModelRequest = z.infer<typeof modelRequestSchema>;

export const modelRefusalSchema = z.enum([
  /** The trust policy gives this principal no model, or does not know the model. */
  'no-model',
  /** The run's data class may not go to this model. */
  'route-closed',
  /** Something that must not leave was found, or could not be looked for in time. */
  'egress-blocked',
  'budget-exhausted',
  'price-unknown',
  /** The same again and again, without progress. */
  'runaway',
  /** A person has stopped all model calls. */
  'stopped',
  /** The provider gave no usable answer, after retries. */
  'provider-failed',
  /** The answer names a placeholder that was never issued. */
  'answer-forged',
  /** The answer is no JSON, or too long. */
  'answer-invalid',
]);
export type ModelRefusal = z.infer<typeof modelRefusalSchema>;

export const modelAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('answer'),
    call: callIdSchema,
    /** Alias in the trust policy. */
    model: nameSchema,
    value: jsonSchema,
    tokens: z.int().min(0),
    microUsd: z.int().min(0),
    /** Placeholders that occur in the answer; whoever passes it on lists them. */
    placeholders: z.array(boundPlaceholderSchema).max(512),
  }),
  z.strictObject({
    kind: z.literal('refused'),
    call: callIdSchema.nullable(),
    code: modelRefusalSchema,
    detail: z.string().max(1000),
    tokens: z.int().min(0),
  }),
]);
export type ModelAnswer = z.infer<typeof modelAnswerSchema>;
