import * as z from 'zod';
import { probeTemplateSchema } from '../playbook/playbook-schema.ts';
import { whyPatternRefused } from './pattern.ts';

const patternSchema = z
  .string()
  .min(1)
  .superRefine((source, context) => {
    const why = whyPatternRefused(source);
    if (why !== undefined) context.addIssue({ code: 'custom', message: `the pattern is refused: ${why}` });
  });
const exitSchema = z.int().min(0).max(255);

/** Everything that is named must hold. */
const conditionSchema = z
  .strictObject({
    output: patternSchema.optional().describe('matches standard output or standard error'),
    stderr: patternSchema.optional(),
    stdout: patternSchema.optional(),
    exit: z.array(exitSchema).min(1).max(16).optional(),
    cause: z.array(z.string().max(32)).min(1).max(8).optional().describe('causes of the receipt'),
  })
  .refine((condition) => Object.keys(condition).length > 0, 'a condition names at least one thing');
export type Condition = z.infer<typeof conditionSchema>;

const sampleSchema = z.strictObject({
  stdout: z.string().default(''),
  stderr: z.string().default(''),
  exit: exitSchema.nullable().default(1),
  cause: z.string().max(32).default('exit'),
  captures: z.record(z.string(), z.string()).default({}).describe('captures that must be found'),
});
export type Sample = z.infer<typeof sampleSchema>;

const remedySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('patch'),
    choose: z.literal('free-port').describe('the next free port inside the signed envelope'),
  }),
  z.strictObject({ kind: z.literal('retry') }),
  z.strictObject({ kind: z.literal('none'), propose: z.string().min(1).max(500).describe('what a person may do') }),
]);

/** A tested pattern that recognises one cause of failure. */
export const signatureSchema = z.strictObject({
  apiVersion: z.literal('duovir/v1'),
  kind: z.literal('Signature'),
  id: z
    .string()
    .max(96)
    .regex(/^[a-z][a-z-]{0,40}(?:\.[a-z][a-z0-9-]{0,50})+$/, '<area>.<cause>, as in net.port-in-use'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  title: z.string().min(1).max(200),
  class: z.enum(['deterministic', 'transient', 'capacity', 'security', 'infrastructure']),
  score: z.int().min(1).max(100).describe('Higher is asked first: the specific before the general.'),
  explain: z.string().min(1).max(1000),
  match: z.strictObject({
    any: z.array(conditionSchema).min(1).max(32),
    unless: z.array(patternSchema).max(16).default([]),
  }),
  extract: z
    .array(patternSchema)
    .max(32)
    .default([])
    .describe('Looked for once the signature matches; only to capture.'),
  confirm: z.array(probeTemplateSchema).max(4).default([]),
  remedy: remedySchema,
  tests: z.strictObject({
    positive: z.array(sampleSchema).min(2).max(32),
    negative: z.array(sampleSchema).min(2).max(32),
  }),
});
export type Signature = z.infer<typeof signatureSchema>;
