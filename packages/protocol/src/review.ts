import * as z from 'zod';
import { digestSchema } from './digest.ts';
import { envelopeSchema } from './envelope.ts';
import { nameSchema, stepIdSchema, timeSchema } from './name.ts';
import { jsonSchema } from './json.ts';
import { plainTextSchema } from './plain-text.ts';
import { planSchema } from './plan.ts';
import { probeObservationSchema } from './probe.ts';
import { acceptedRequestSchema } from './request.ts';
import { debatedFindingSchema, debateSchema, findingDetailSchema, rebuttalSchema } from './debate.ts';
import { motionKindSchema, planRefusalSchema, votePhaseSchema } from './statement.ts';
import { riskClassSchema } from './trust-policy.ts';

/** One place where two plans differ; a side is absent where the place does not exist. Long texts are cut. */
export const planChangeSchema = z.strictObject({
  at: z.string().max(256),
  before: z.string().max(512).optional(),
  after: z.string().max(512).optional(),
});
export type PlanChange = z.infer<typeof planChangeSchema>;

/** What reviewers are shown, and nothing else. */
export const evidenceSchema = z.strictObject({
  request: acceptedRequestSchema,
  riskClass: riskClassSchema,
  reasons: z.array(z.string().max(96)).max(64),
  checks: z.array(findingDetailSchema).max(64),
  /** What differs from the plan before; null for the first one. */
  diff: z.array(planChangeSchema).max(256).nullable(),
  /** What each step would do, by rules over its exact bytes: nothing has been executed. */
  dryRun: z
    .array(
      z.strictObject({
        step: stepIdSchema,
        subject: digestSchema,
        effects: z.array(z.string().max(200)).max(32),
        reasons: z.array(z.string().max(96)).max(32),
      }),
    )
    .max(200),
  /** What the attestor saw of the target; null where there is none yet. */
  state: z.array(probeObservationSchema).max(64).nullable(),
  /** For a heal: what failed, the diagnosis, and what the confirm probe observed. */
  heal: z
    .strictObject({
      step: stepIdSchema,
      signature: z.string().max(128),
      explanation: z.string().max(2000),
      observation: jsonSchema,
      previous: digestSchema,
    })
    .nullable(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** POST /v1/commitments of a reviewer. */
export const reviewRequestSchema = z.strictObject({
  run: z.string(),
  round: z.int().min(1).max(16),
  phase: votePhaseSchema,
  kind: motionKindSchema,
  motion: digestSchema,
  plan: planSchema,
  evidence: evidenceSchema,
  trustPolicy: digestSchema,
  /** For the second vote. */
  debate: debateSchema.nullable(),
});
export type ReviewRequest = z.infer<typeof reviewRequestSchema>;
/** Answer: a `commitment` statement over `sha256(salt || opinion envelope bytes)`. */
export const commitmentAnswerSchema = z.strictObject({ commitment: envelopeSchema });
export type CommitmentAnswer = z.infer<typeof commitmentAnswerSchema>;

/** POST /v1/reveals of a reviewer, once every commitment is in the ledger. */
export const revealRequestSchema = z.strictObject({ run: z.string(), round: z.int(), motion: digestSchema });
export const opinionDetailSchema = z.strictObject({
  /** As stated: it proves nothing about what went on inside a model. */
  rationale: plainTextSchema(800),
  findings: z.array(findingDetailSchema).max(64),
  /** From the question to the opinion. What a model was sent and what it cost stands in the egress entries of its calls. */
  startedAt: timeSchema.optional(),
  endedAt: timeSchema.optional(),
});
export type OpinionDetail = z.infer<typeof opinionDetailSchema>;
export const revealAnswerSchema = z.strictObject({
  salt: z.string().regex(/^[0-9a-f]{64}$/),
  opinion: envelopeSchema,
  detail: opinionDetailSchema,
  /** Salt of the detail's commitment in the opinion: `sha256(salt || canonical JSON of the detail)`. */
  detailSalt: z.string().regex(/^[0-9a-f]{64}$/),
});
export type RevealAnswer = z.infer<typeof revealAnswerSchema>;

/** POST /v1/plans of the planner. */
export const planRequestSchema = z.strictObject({
  accepted: acceptedRequestSchema,
  salt: z.string(),
  revision: z.int(),
  trustPolicy: digestSchema,
  commitmentSalt: z.string(),
  /** The planner's one question and a person's answer, once there is one. */
  clarification: z.strictObject({ question: z.string().max(1000), answer: z.string().max(2000) }).nullable(),
  /** What the attestor saw where the planner wanted to read first. */
  state: z.array(probeObservationSchema).max(32).optional(),
  /** What was wrong with the last revision: findings without names, from checkers and reviewers. */
  objections: z
    .strictObject({
      plan: planSchema,
      findings: z.array(findingDetailSchema).max(64),
      /** What it has answered to them so far. */
      answers: z.array(rebuttalSchema).max(64),
    })
    .nullable(),
});
export type PlanRequest = z.infer<typeof planRequestSchema>;

/** POST /v1/rebuttals of the proposer: planner, or healer for a patch. */
export const rebuttalRequestSchema = z.strictObject({
  run: z.string(),
  round: z.int().min(1).max(16),
  motion: digestSchema,
  plan: planSchema,
  evidence: evidenceSchema,
  findings: z.array(debatedFindingSchema).min(1).max(64),
  trustPolicy: digestSchema,
});
export type RebuttalRequest = z.infer<typeof rebuttalRequestSchema>;
export const nearestPlaybookSchema = z.strictObject({ playbook: z.string(), title: z.string(), score: z.number() });
export const planAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('plan'),
    plan: planSchema,
    envelope: envelopeSchema,
    explanation: z.string().max(2000),
    /** Whether the planner could write another one for the same goal, given what is wrong with this. */
    revisable: z.boolean(),
  }),
  /** A plan of class R0: it opens the sandbox and its goal's probes are what the planner wants to know. Once per run. */
  z.strictObject({
    kind: z.literal('reading'),
    plan: planSchema,
    envelope: envelopeSchema,
    explanation: z.string().max(2000),
  }),
  z.strictObject({
    kind: z.literal('asked'),
    question: plainTextSchema(1000).min(1),
    envelope: envelopeSchema,
  }),
  z.strictObject({
    kind: z.literal('refused'),
    reason: planRefusalSchema,
    explanation: z.string().max(4000),
    nearest: z.array(nearestPlaybookSchema).max(5),
    envelope: envelopeSchema,
  }),
]);
export type PlanAnswer = z.infer<typeof planAnswerSchema>;

export const listenerSchema = z.strictObject({
  address: z.string(),
  port: z.int(),
  pid: z.int().nullable(),
  argv: z.string().max(512),
  service: nameSchema.nullable(),
});
export type Listener = z.infer<typeof listenerSchema>;
