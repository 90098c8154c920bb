import * as z from 'zod';
import { digestSchema } from './digest.ts';
import { envelopeSchema } from './envelope.ts';
import { stageSchema } from './event.ts';
import { nameSchema, runIdSchema, stepIdSchema, timeSchema } from './name.ts';
import { callIdSchema, callPurposeSchema } from './model-call.ts';
import { providerSchema } from './model.ts';
import { placeholderKindSchema } from './placeholder.ts';
import { dataClassSchema, environmentNameSchema, planSchema, purposeSchema } from './plan.ts';
import { opinionDetailSchema } from './review.ts';
import { outcomeSchema } from './request.ts';
import { motionKindSchema, opinionVerdictSchema, verdictSchema } from './statement.ts';
import { riskClassSchema } from './trust-policy.ts';

/** GET /v1/runs/{id} */
export const runViewSchema = z.strictObject({
  id: runIdSchema,
  goal: z.string(),
  requester: nameSchema,
  environment: environmentNameSchema,
  playbook: z.string().nullable(),
  state: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('running'), stage: stageSchema }),
    z.strictObject({
      kind: z.literal('waiting'),
      motion: digestSchema,
      riskClass: riskClassSchema,
      people: z.array(nameSchema),
      needed: z.int(),
      until: timeSchema,
    }),
    /** The planner has asked a question. */
    z.strictObject({ kind: z.literal('asking'), question: z.string(), until: timeSchema }),
    z.strictObject({ kind: z.literal('settled'), outcome: outcomeSchema, reason: z.string(), explanation: z.string() }),
  ]),
  heals: z.int(),
  createdAt: timeSchema,
  endedAt: timeSchema.nullable(),
  lastEvent: z.int(),
});
export type RunView = z.infer<typeof runViewSchema>;

/** `cursor` goes into `?cursor=` of the next call; null on the last page. */
export const pageOf = <Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; cursor: z.ZodNullable<z.ZodString> }, z.core.$strict> =>
  z.strictObject({ items: z.array(item), cursor: z.string().nullable() });

export const motionViewSchema = z.strictObject({
  digest: digestSchema,
  run: runIdSchema,
  kind: motionKindSchema,
  revision: z.int(),
  riskClass: riskClassSchema,
  reasons: z.array(z.string()),
  verdict: verdictSchema.nullable(),
  explanation: z.string().nullable(),
  /** Null once it is shredded. */
  plan: planSchema.nullable(),
  /** The entry that had the plan destroyed. */
  shreddedBy: z.int().min(0).nullable(),
});
export type MotionView = z.infer<typeof motionViewSchema>;

export const opinionViewSchema = z.strictObject({
  motion: digestSchema,
  reviewer: nameSchema,
  mandate: nameSchema,
  verdict: opinionVerdictSchema,
  detail: opinionDetailSchema,
  entry: z.int(),
  envelope: envelopeSchema,
});
export type OpinionView = z.infer<typeof opinionViewSchema>;

export const stepViewSchema = z.strictObject({
  id: stepIdSchema,
  title: z.string(),
  action: z.string(),
  state: z.enum(['planned', 'running', 'succeeded', 'failed', 'undone', 'skipped']),
  attempts: z.int(),
});
export type StepView = z.infer<typeof stepViewSchema>;

export const logLineSchema = z.strictObject({
  seq: z.int(),
  time: timeSchema,
  step: stepIdSchema,
  attempt: z.int(),
  stream: z.enum(['stdout', 'stderr']),
  text: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** GET /v1/approvals: motions that wait for people, and what exactly an approval is given to. */
export const approvalViewSchema = z.strictObject({
  motion: digestSchema,
  run: runIdSchema,
  goal: z.string(),
  requester: nameSchema,
  environment: environmentNameSchema,
  dataClass: dataClassSchema,
  riskClass: riskClassSchema,
  reasons: z.array(z.string()),
  /** Why the reviewers alone could not carry it. */
  explanation: z.string(),
  /** What the rule of its class asks for, beside what was counted. */
  rule: z.array(z.strictObject({ what: z.string(), needed: z.int(), counted: z.int() })),
  needed: z.int(),
  people: z.array(nameSchema),
  given: z.array(z.strictObject({ person: nameSchema, verdict: z.enum(['approve', 'reject']) })),
  until: timeSchema,
  /** Under which it was frozen: an approval has to name it, and it has to be the one in force. */
  trustPolicy: digestSchema,
});
export type ApprovalView = z.infer<typeof approvalViewSchema>;
/** POST /v1/runs/{id}/approvals: the person's own signature over the motion, made by the client. */
export const approvalRequestSchema = z.strictObject({ motion: digestSchema, approval: envelopeSchema });

export const ledgerStatusSchema = z.strictObject({
  origin: z.string(),
  size: z.int(),
  root: z.string(),
  checkpoint: z.string(),
  cosignedSize: z.int(),
});
export type LedgerStatus = z.infer<typeof ledgerStatusSchema>;
export const ledgerEntryViewSchema = z.strictObject({
  index: z.int(),
  kind: z.string(),
  run: z.string(),
  time: timeSchema,
  principal: z.string(),
  envelope: envelopeSchema,
});
/** A checkpoint by its size: the signed note, byte for byte. Whoever reads it checks it against the tree. */
export const checkpointViewSchema = z.strictObject({ size: z.int().min(0), checkpoint: z.string().max(65_536) });
/** An older entry on which later ones rest. */
export const contextEntrySchema = z.strictObject({ index: z.int().min(0), envelope: envelopeSchema });
/** A line of the answer. The last one says how many there were before it: an answer that was cut off has none. */
export const contextLineSchema = z.union([contextEntrySchema, z.strictObject({ entries: z.int().min(0) })]);
/** How many of its older checkpoints a server gives at most, spread over the whole log. */
export const MOST_CHECKPOINTS = 1000;
export const ledgerProofViewSchema = z.strictObject({ index: z.int(), proof: z.string() });

export const permitViewSchema = z.strictObject({
  permit: z.string(),
  step: stepIdSchema,
  purpose: purposeSchema,
  attempt: z.int(),
  entry: z.int(),
  envelope: envelopeSchema,
  proof: z.string(),
});

export const healthSchema = z.strictObject({
  status: z.enum(['ready', 'degraded']),
  version: z.string(),
  parts: z.record(z.string(), z.strictObject({ ok: z.boolean(), message: z.string() })),
  /** Entries of the ledger in the folder of static files, and cosigned entries that are not there yet. */
  published: z.strictObject({ size: z.int().min(0), behind: z.int().min(0) }),
});
export type Health = z.infer<typeof healthSchema>;

/** RFC 9457. `code` is stable, `remedy` says how to solve it. */
export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string().optional(),
  code: z.string(),
  remedy: z.string(),
  errors: z.array(z.strictObject({ pointer: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** GET /v1/egress: one try of one model call, as its two ledger entries tell it. */
export const egressViewSchema = z.strictObject({
  call: callIdSchema,
  try: z.int(),
  run: runIdSchema,
  time: timeSchema,
  principal: nameSchema,
  purpose: callPurposeSchema,
  model: nameSchema,
  provider: providerSchema,
  dataClass: dataClassSchema,
  bytes: z.int(),
  digest: digestSchema,
  redactions: z.partialRecord(placeholderKindSchema, z.int()),
  outcome: z.enum(['pending', 'answered', 'failed', 'aborted', 'unknown']),
  tokens: z.int(),
  microUsd: z.int(),
  entry: z.int(),
  endEntry: z.int().nullable(),
  /** What it led to: entries of plans, opinions and diagnoses that name the call. */
  ledTo: z.array(z.strictObject({ kind: z.string(), entry: z.int() })),
});
export type EgressView = z.infer<typeof egressViewSchema>;
/** GET /v1/egress/{call}: with the exact bytes, and what came back. Placeholders stand where values stood. */
export const egressDetailSchema = z.strictObject({
  tries: z.array(
    egressViewSchema.extend({
      sent: z.string(),
      received: z.string().nullable(),
      /** The entry that had bytes of it destroyed: what stands in their place says so. */
      shreddedBy: z.int().min(0).nullable(),
    }),
  ),
});
export type EgressDetail = z.infer<typeof egressDetailSchema>;

const amountSchema = z.strictObject({ tokens: z.int(), microUsd: z.int() });
/** GET /v1/budget */
export const budgetViewSchema = z.strictObject({
  levels: z.array(
    z.strictObject({
      id: z.string(),
      cap: amountSchema,
      spent: amountSchema,
      reserved: amountSchema,
      landing: amountSchema,
    }),
  ),
  /** The worst case of one run, before it is asked for. */
  forecast: z.strictObject({ worstCase: amountSchema, left: amountSchema, fits: z.boolean() }),
  stop: z.strictObject({ reason: z.string(), person: nameSchema, since: timeSchema }).nullable(),
});
export type BudgetView = z.infer<typeof budgetViewSchema>;
/** POST /v1/budget/stop */
export const modelStopRequestSchema = z.strictObject({ reason: z.string().min(1).max(500) });
/** POST /v1/runs/{id}/clarification */
export const clarificationRequestSchema = z.strictObject({ answer: z.string().min(1).max(2000) });
