import * as z from 'zod';
import { jsonSchema } from './json.ts';
import { nameSchema, pathSchema, portSchema } from './name.ts';

export const argvSchema = z.array(z.string().max(8192)).min(1).max(128);
export const environmentSchema = z.record(z.string().regex(/^[A-Z_][A-Z0-9_]{0,63}$/), z.string().max(4096));

/** When and how long the attestor asks again before the answer counts. */
const patience = {
  intervalMs: z.int().min(50).max(60_000).default(250),
  /** 0: one look only. */
  deadlineMs: z.int().min(0).max(600_000).default(0),
};

const expectOutput = z.strictObject({
  exit: z.int().min(0).max(255).default(0),
  /** Standard output without the white space around it. */
  equals: z.string().max(4096).optional(),
  includes: z.string().max(4096).optional(),
  /** Every one of these is a line of its own. */
  lines: z.array(z.string().max(4096)).max(64).optional(),
});

/** A read-only check agreed together with the plan. `with` says where to look, `expect` what to find. */
export const probeSchema = z.discriminatedUnion('action', [
  z.strictObject({
    id: nameSchema,
    action: z.literal('command.probe@1'),
    with: z.strictObject({
      argv: argvSchema,
      environment: environmentSchema.default({}),
      timeoutMs: z.int().min(100).max(60_000).default(10_000),
    }),
    expect: expectOutput,
    ...patience,
  }),
  z.strictObject({
    id: nameSchema,
    action: z.literal('listener.probe@1'),
    with: z.strictObject({ port: portSchema, address: z.string().max(64).optional() }),
    expect: z.strictObject({
      listening: z.boolean(),
      /** The service of this run that must own the socket. */ service: nameSchema.optional(),
    }),
    ...patience,
  }),
  z.strictObject({
    id: nameSchema,
    action: z.literal('http.probe@1'),
    with: z.strictObject({
      url: z.url({ protocol: /^http$/ }).max(2048),
      requests: z.int().min(1).max(100).default(1),
    }),
    expect: z.strictObject({
      status: z.int().min(100).max(599).default(200),
      includes: z.string().max(4096).optional(),
      /** Each of these bodies is seen at least once over all requests (round robin). */
      bodies: z.array(z.string().max(4096)).max(64).optional(),
    }),
    ...patience,
  }),
  z.strictObject({
    id: nameSchema,
    action: z.literal('file.probe@1'),
    with: z.strictObject({ path: pathSchema }),
    expect: z.strictObject({
      exists: z.boolean(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
    }),
    ...patience,
  }),
]);
export type Probe = z.infer<typeof probeSchema>;

/** `unknown` is never success (Invariant 6). */
export const probeOutcomeSchema = z.enum(['succeeded', 'failed', 'unknown']);
export type ProbeOutcome = z.infer<typeof probeOutcomeSchema>;

export const probeObservationSchema = z.strictObject({
  id: nameSchema,
  outcome: probeOutcomeSchema,
  observed: jsonSchema,
  summary: z.string().max(500),
});
export type ProbeObservation = z.infer<typeof probeObservationSchema>;
