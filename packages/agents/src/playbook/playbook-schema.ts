import {
  actionSchemas,
  environmentSchema,
  limitsSchema,
  nameSchema,
  type ActionName,
  type Json,
} from '@duovir/protocol';
import * as z from 'zod';
import { inputSchema } from './input-schema.ts';

const valueSchema: z.ZodType<Json, Json> = z.json();
const withSchema = z
  .record(z.string().max(64), valueSchema)
  .describe('Input of the action; strings may hold ${{ expressions }}.');
const versionSchema = z.string().regex(/^\d+\.\d+\.\d+$/, 'three numbers, as in 1.0.0');
const expressionSchema = z
  .string()
  .max(1024)
  .regex(/^\$\{\{[\s\S]*\}\}$/, 'one whole expression: ${{ … }}');
/** `250ms`, `20s`, `2m`. */
const durationSchema = z.string().regex(/^[1-9]\d{0,5}(?:ms|s|m)$/, 'a duration: 250ms, 20s, 2m');

const stepActions = Object.keys(actionSchemas).filter((name) => !name.startsWith('sandbox.')) as [
  ActionName,
  ...ActionName[],
];

export const probeTemplateSchema = z
  .strictObject({
    id: z.string().max(128),
    uses: z.enum(['command.probe@1', 'listener.probe@1', 'http.probe@1', 'file.probe@1']),
    with: withSchema,
    expect: withSchema,
    interval: durationSchema.optional().describe('How long the attestor waits before it looks again.'),
    deadline: durationSchema.optional().describe('Until when the probe may still succeed; without it: one look.'),
  })
  .describe('A read-only check that the attestor runs.');
export type ProbeTemplate = z.infer<typeof probeTemplateSchema>;

const compensateSchema = z.union([
  z.strictObject({ uses: z.enum(stepActions), with: withSchema }),
  z.strictObject({ none: z.string().min(1).max(512).describe('Why nothing has to be undone, or nothing can be.') }),
]);

export const stepTemplateSchema = z.strictObject({
  id: nameSchema.max(48),
  name: z.string().min(1).max(200),
  uses: z.enum(stepActions),
  with: withSchema,
  needs: z.array(nameSchema).max(64).optional().describe('Steps that come before; by default the previous one.'),
  if: expressionSchema.optional().describe('The step is left out where this is false.'),
  'for-each': z
    .union([expressionSchema, z.array(valueSchema).min(1).max(32)])
    .optional()
    .describe('One step for each item: ${{ item }} and ${{ index }} (from 1); the index is added to the id.'),
  check: probeTemplateSchema.optional().describe('Where this succeeds the step is already done.'),
  verify: z.array(probeTemplateSchema).max(16).default([]),
  compensate: compensateSchema.describe('How to undo the step.'),
  settings: z
    .array(z.strictObject({ resource: z.string().max(128), path: z.string().max(128), value: valueSchema }))
    .max(32)
    .default([])
    .describe('Values the step makes true: what `duovir why` answers about.'),
  timeout: durationSchema.default('60s'),
  onFailure: z.enum(['heal', 'undo']).default('heal'),
});
export type StepTemplate = z.infer<typeof stepTemplateSchema>;

/** A playbook as people write it. */
export const playbookSchema = z.strictObject({
  apiVersion: z.literal('duovir/v1'),
  kind: z.literal('Playbook'),
  metadata: z.strictObject({
    id: nameSchema,
    version: versionSchema,
    title: z.string().min(1).max(200),
    tags: z
      .array(z.string().regex(/^[a-z0-9]+$/))
      .min(1)
      .max(32)
      .describe('What the playbook is about. A goal matches only if it names one of them.'),
    synonyms: z.array(z.string().max(200)).max(32).default([]),
    owner: z.string().min(1).max(128),
  }),
  inputs: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,63}$/), inputSchema).default({}),
  environment: environmentSchema.default({}).describe('Environment of every command, service and command probe.'),
  sandbox: z.strictObject({ hosts: z.record(nameSchema, z.string()), limits: limitsSchema }),
  goal: z.strictObject({
    statement: z.string().min(1).max(2000),
    successCriteria: z.array(probeTemplateSchema).min(1).max(32),
  }),
  steps: z.array(stepTemplateSchema).min(1).max(100),
});
export type Playbook = z.infer<typeof playbookSchema>;

export function durationMs(duration: string): number {
  const factor = duration.endsWith('ms') ? 1 : duration.endsWith('s') ? 1000 : 60_000;
  return Number.parseInt(duration, 10) * factor;
}
