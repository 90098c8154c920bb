import * as z from 'zod';
import { actionCallSchema } from './action.ts';
import { digestSchema } from './digest.ts';
import { jsonSchema } from './json.ts';
import { nameSchema, runIdSchema, stepIdSchema } from './name.ts';
import { boundPlaceholderSchema } from './placeholder.ts';
import { probeSchema } from './probe.ts';

export const environmentNameSchema = z.enum(['development', 'staging', 'production']);
export type EnvironmentName = z.infer<typeof environmentNameSchema>;
export const dataClassSchema = z.enum(['public', 'internal', 'confidential', 'cardholder']);

export const targetSchema = z.strictObject({
  kind: z.literal('sandbox'),
  /** The run's own sandbox; its version counts the times it had to be opened anew (fencing token). */
  id: runIdSchema,
});
export type Target = z.infer<typeof targetSchema>;

/** A value the step makes true: what `duovir why` is asked about. */
export const settingSchema = z.strictObject({
  resource: z
    .string()
    .max(128)
    .regex(/^[\x21-\x7e]+$/),
  path: z
    .string()
    .max(128)
    .regex(/^[\x21-\x7e]+$/),
  value: z.union([z.string().max(512), z.number(), z.boolean()]),
});
export type Setting = z.infer<typeof settingSchema>;

export const compensationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('action'), call: actionCallSchema }),
  /** Why nothing has to be undone or nothing can be: a stated reason, which reviewers judge. */
  z.strictObject({ kind: z.literal('none'), reason: z.string().min(1).max(512) }),
]);
export type Compensation = z.infer<typeof compensationSchema>;

export const stepSchema = z.strictObject({
  id: stepIdSchema,
  title: z.string().min(1).max(200),
  call: actionCallSchema,
  needs: z.array(stepIdSchema).max(64).default([]),
  /** Already true: the step is skipped. */
  check: probeSchema.optional(),
  verify: z.array(probeSchema).max(16),
  compensate: compensationSchema,
  settings: z.array(settingSchema).max(32).default([]),
  timeoutMs: z.int().min(100).max(3_600_000).default(60_000),
  onFailure: z.enum(['heal', 'undo']).default('heal'),
  /** Names of secrets (references, never values). */
  secrets: z.array(z.string().max(256)).max(16).default([]),
});
export type Step = z.infer<typeof stepSchema>;

export const planSchema = z.strictObject({
  apiVersion: z.literal('duovir/v1'),
  kind: z.literal('Plan'),
  run: runIdSchema,
  /** 1 is the first plan; each heal patch or repair is one more. */
  revision: z.int().min(1).max(100),
  /** Makes the digest a commitment: the content cannot be guessed from it (Invariant 12). */
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  goal: z.strictObject({
    statement: z.string().min(1).max(2000),
    successCriteria: z.array(probeSchema).min(1).max(32),
  }),
  source: z.strictObject({
    pack: nameSchema,
    playbook: z.string().max(128),
    version: z.string().max(32),
    digest: digestSchema,
    inputs: z.record(z.string(), jsonSchema),
    /** The playbook itself, where a model drafted it for this one run; `digest` is then its digest. */
    draft: jsonSchema.optional(),
  }),
  target: targetSchema,
  environment: environmentNameSchema,
  dataClass: dataClassSchema,
  steps: z.array(stepSchema).min(1).max(200),
  /** Every placeholder the plan uses: the runner puts the values back, and no others. */
  placeholders: z.array(boundPlaceholderSchema).max(512).optional(),
});
export type Plan = z.infer<typeof planSchema>;

export const purposeSchema = z.enum(['apply', 'compensate']);
export type Purpose = z.infer<typeof purposeSchema>;
