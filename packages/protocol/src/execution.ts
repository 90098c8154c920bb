import * as z from 'zod';
import { digestSchema } from './digest.ts';
import { envelopeSchema } from './envelope.ts';
import { runIdSchema, stepIdSchema, nameSchema } from './name.ts';
import { jsonSchema } from './json.ts';
import { plainTextSchema } from './plain-text.ts';
import { planSchema } from './plan.ts';
import { boundPlaceholderSchema, restorationSchema } from './placeholder.ts';
import { probeObservationSchema, probeOutcomeSchema, probeSchema } from './probe.ts';
import { listenerSchema, opinionDetailSchema } from './review.ts';
import { acceptedRequestSchema } from './request.ts';
import { attestedSchema } from './statement.ts';

/** Why a plan may be carried out, as all who took part have signed it. Nobody has to believe whoever sends it. */
export const groundsSchema = z.strictObject({
  request: acceptedRequestSchema,
  /** The requester's own statement. */
  intent: envelopeSchema.nullable(),
  plan: planSchema,
  planStatement: envelopeSchema,
  motion: envelopeSchema,
  /** Of both votes. */
  opinions: z.array(envelopeSchema).max(64),
  approvals: z.array(envelopeSchema).max(16),
  breakGlass: z.array(envelopeSchema).max(8),
  verdict: envelopeSchema,
});
export type Grounds = z.infer<typeof groundsSchema>;

/** Everything the runner needs to verify a permit by itself (Invariant 1). */
export const executeRequestSchema = groundsSchema.extend({
  permit: envelopeSchema,
  /** C2SP tlog-proof text of the permit's entry, checkpoint cosigned. */
  proof: z.string().max(65_536),
  /** Opens all of the plan's placeholders, each once; the runner holds each to its commitment (Invariant 4). */
  restorations: z.array(restorationSchema).max(512),
});
export type ExecuteRequest = z.infer<typeof executeRequestSchema>;

/** Where the attestor finds a run's sandbox. It checks host name and start time itself. */
export const sandboxHandleSchema = z.strictObject({
  run: runIdSchema,
  generation: z.int().min(1),
  pid: z.int().min(2),
  startTime: z.string().max(32),
});
export type SandboxHandle = z.infer<typeof sandboxHandleSchema>;

/** Lines of the runner's NDJSON answer to POST /v1/executions, and of GET /v1/executions/{permit}. */
export const executionEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('log'), stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.strictObject({
    kind: z.literal('receipt'),
    receipt: envelopeSchema,
    stdout: z.string(),
    stderr: z.string(),
    sandbox: sandboxHandleSchema.nullable(),
  }),
  /** The runner would not: signed, with the code of what is wrong. Nothing was executed. */
  z.strictObject({
    kind: z.literal('refusal'),
    refusal: envelopeSchema,
    code: z.string(),
    message: z.string(),
    remedy: z.string(),
  }),
]);
export type ExecutionEvent = z.infer<typeof executionEventSchema>;

/** GET /v1/executions/{permit} of the runner, before a permit is sent (again) after a crash (Invariant 11). */
export const executionStateSchema = z.enum(['unknown', 'running', 'finished', 'interrupted']);

export const attestRequestSchema = z.strictObject({
  run: runIdSchema,
  subject: digestSchema,
  about: attestedSchema,
  step: stepIdSchema.nullable(),
  attempt: z.int().min(0),
  probes: z.array(probeSchema).max(64),
  sandbox: sandboxHandleSchema.nullable(),
  /** For `restored`: the fingerprint taken as baseline. */
  baseline: digestSchema.nullable(),
  /** Whose probes these are. Without a carried plan only files and listeners are looked at: no program is started. */
  grounds: groundsSchema.nullable(),
  /** Whose probes these are, where they are not the plan's. */
  author: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('diagnosis'),
        statement: envelopeSchema,
        diagnosis: z.lazy(() => diagnosisSchema),
        salt: z.string(),
      }),
      z.strictObject({
        kind: z.literal('finding'),
        opinion: envelopeSchema,
        detail: opinionDetailSchema,
        salt: z.string(),
      }),
    ])
    .nullable(),
  /** All of the plan's: they stand in probes, and their values may stand in what is seen. */
  placeholders: z.array(boundPlaceholderSchema).max(512),
  restorations: z.array(restorationSchema).max(512),
});
export type AttestRequest = z.infer<typeof attestRequestSchema>;

export const attestAnswerSchema = z.strictObject({
  attestation: envelopeSchema,
  outcome: probeOutcomeSchema,
  observations: z.array(probeObservationSchema),
  listeners: z.array(listenerSchema).max(512),
  /** Digest over processes, listeners and files; set for `baseline` and `restored`. */
  fingerprint: digestSchema.nullable(),
  /** What differs from the baseline, readable. */
  differences: z.array(z.string().max(300)).max(50),
});
export type AttestAnswer = z.infer<typeof attestAnswerSchema>;

/** POST /v1/diagnoses of the healer. */
export const failureSchema = z.strictObject({
  run: runIdSchema,
  step: stepIdSchema,
  attempt: z.int().min(1),
  /** Digest of the receipt or attestation that shows the failure. */
  evidence: digestSchema,
  cause: z.string().max(32),
  exit: z.int().nullable(),
  stdout: z.string().max(65_536),
  stderr: z.string().max(65_536),
  probes: z.array(probeObservationSchema).max(64),
});
export type Failure = z.infer<typeof failureSchema>;

export const diagnosisSchema = z.strictObject({
  class: z.enum(['deterministic', 'transient', 'capacity', 'security', 'infrastructure', 'unknown']),
  signature: z.string().max(128).nullable(),
  title: plainTextSchema(200),
  explanation: plainTextSchema(2000),
  captures: z.record(z.string().max(32), z.string().max(256)),
  /** The lines of output that show it. */
  evidence: z.array(z.string().max(500)).max(10),
  decision: z.enum(['retry', 'patch', 'undo', 'ask-person']),
  /** What must be true if the diagnosis is right, or it is wrong; the attestor looks before anything is patched. */
  confirm: z.array(probeSchema).max(4),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;
export const diagnoseRequestSchema = z.strictObject({ failure: failureSchema, plan: planSchema });
export type DiagnoseRequest = z.infer<typeof diagnoseRequestSchema>;
export const diagnoseAnswerSchema = z.strictObject({
  diagnosis: diagnosisSchema,
  envelope: envelopeSchema,
  salt: z.string(),
});
export type DiagnoseAnswer = z.infer<typeof diagnoseAnswerSchema>;

/** POST /v1/patches of the healer: a confirmed diagnosis becomes a revised plan. */
export const patchRequestSchema = z.strictObject({
  failure: failureSchema,
  diagnosis: diagnosisSchema,
  plan: planSchema,
  listeners: z.array(listenerSchema).max(512),
  /** Ports the trust policy's envelope allows. */
  envelope: z.strictObject({ id: nameSchema, inputs: z.array(z.string()), from: z.int(), to: z.int() }),
  salt: z.string(),
  revision: z.int(),
});
export type PatchRequest = z.infer<typeof patchRequestSchema>;
export const patchAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('patch'),
    plan: planSchema,
    envelope: envelopeSchema,
    patch: z.array(z.strictObject({ op: z.literal('replace'), path: z.string().max(256), value: jsonSchema })).max(5),
    explanation: z.string().max(2000),
  }),
  z.strictObject({ kind: z.literal('none'), reason: z.string().max(2000) }),
]);
export type PatchAnswer = z.infer<typeof patchAnswerSchema>;
