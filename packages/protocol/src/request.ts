import * as z from 'zod';
import { portSchema, runIdSchema, timeSchema, nameSchema } from './name.ts';
import { jsonSchema } from './json.ts';
import { dataClassSchema, environmentNameSchema } from './plan.ts';

/** No control characters but tab and newline: a goal is shown in terminals and chat. */
const printable =
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  /^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]*$/u;

/** What a client sends to POST /v1/runs. */
export const runRequestSchema = z.strictObject({
  goal: z.string().min(1).max(2000).regex(printable, 'no control or invisible characters'),
  target: z.literal('sandbox'),
  inputs: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,63}$/), jsonSchema).default({}),
  /** Skips the search: `<pack>/<playbook>`. */
  playbook: z
    .string()
    .max(128)
    .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/)
    .optional(),
  environment: environmentNameSchema.default('development'),
  dataClass: dataClassSchema.default('internal'),
  /** Rehearsal: ports that somebody else already listens on in the sandbox. */
  occupiedPorts: z.array(portSchema).max(16).default([]),
  /** Random, so that what is asked for cannot be guessed from the digest that is signed and logged (Invariant 12). */
  salt: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
});
export type RunRequest = z.infer<typeof runRequestSchema>;

/** A request once it is authenticated and has its run. */
export const acceptedRequestSchema = z.strictObject({
  run: runIdSchema,
  requester: nameSchema,
  acceptedAt: timeSchema,
  request: runRequestSchema,
});
export type AcceptedRequest = z.infer<typeof acceptedRequestSchema>;

export const outcomeSchema = z.enum(['succeeded', 'undone', 'rejected', 'failed', 'cancelled']);
export type Outcome = z.infer<typeof outcomeSchema>;
