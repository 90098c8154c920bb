import { jsonSchema } from '@duovir/protocol';
import * as z from 'zod';

const caseSchema = z.strictObject({
  goal: z.string().min(1).max(2000),
  inputs: z.record(z.string(), jsonSchema).default({}),
  expect: z.union([
    z.strictObject({ playbook: z.string(), inputs: z.record(z.string(), jsonSchema).default({}) }),
    z.strictObject({ refused: z.enum(['goal-unknown', 'inputs-invalid', 'goal-ambiguous']) }),
  ]),
});
/** A goal, and what the planner must make of it. */
export type PlanTest = z.infer<typeof caseSchema>;

/** A file in a pack's `tests/`. */
export const planTestSchema = z.strictObject({
  apiVersion: z.literal('duovir/v1'),
  kind: z.literal('PlanTests'),
  cases: z.array(caseSchema).min(1).max(200),
});
