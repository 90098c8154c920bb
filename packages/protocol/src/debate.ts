import * as z from 'zod';
import { digestSchema } from './digest.ts';
import { envelopeSchema } from './envelope.ts';
import { jsonSchema } from './json.ts';
import { nameSchema, runIdSchema, stepIdSchema } from './name.ts';
import { plainTextSchema } from './plain-text.ts';
import { probeSchema } from './probe.ts';
import { checkOutcomeSchema, findingSchema, opinionVerdictSchema, rebuttalKindSchema } from './statement.ts';

const evidenceIds = z.array(z.string().max(256)).max(16);

/** A claim about the bytes of the plan that anybody can test: what stands at a JSON pointer (RFC 6901). */
export const planQuerySchema = z.discriminatedUnion('is', [
  z.strictObject({ at: z.string().max(256), is: z.literal('absent') }),
  z.strictObject({ at: z.string().max(256), is: z.literal('equal'), value: jsonSchema }),
  z.strictObject({ at: z.string().max(256), is: z.literal('containing'), text: z.string().min(1).max(512) }),
]);
export type PlanQuery = z.infer<typeof planQuerySchema>;

/** How a finding can be put to the test: `confirmed` when what it says is so. */
export const findingCheckSchema = z.discriminatedUnion('means', [
  z.strictObject({ means: z.literal('query'), query: planQuerySchema }),
  /** Confirmed when the probe succeeds. Read-only, like every probe. */
  z.strictObject({ means: z.literal('probe'), probe: probeSchema }),
]);
export type FindingCheck = z.infer<typeof findingCheckSchema>;

/** A finding with its words: what people read. Kept in a sealed blob, the ledger holds its commitment. */
export const findingDetailSchema = findingSchema.omit({ evidenced: true }).extend({
  claim: plainTextSchema(800),
  /** JSON pointers into the plan, ids of checks and observations. */
  evidence: evidenceIds,
  suggestion: plainTextSchema(800).optional(),
  check: findingCheckSchema.optional(),
});
export type FindingDetail = z.infer<typeof findingDetailSchema>;

/** What of a finding stands in the ledger. */
export function findingHead({ id, rule, severity, step, evidence }: FindingDetail): z.infer<typeof findingSchema> {
  return { id, rule, severity, step, evidenced: evidence.length > 0 };
}

/**
 * A finding as the debate knows it: from whom is left out, the same step and rule stand once, and the order differs from
 * reader to reader. Who knows the author argues with the author (arXiv 2510.07517).
 */
export const debatedFindingSchema = findingDetailSchema;
export type DebatedFinding = z.infer<typeof debatedFindingSchema>;

/** The proposer's answer to one finding. Only a person may accept a risk. */
export const rebuttalSchema = z.strictObject({
  finding: z.string().max(96),
  kind: rebuttalKindSchema,
  claim: plainTextSchema(800),
  /** Needed to refute: pointers into the plan, ids of checks and observations. */
  evidence: evidenceIds,
});
export type Rebuttal = z.infer<typeof rebuttalSchema>;
export const rebuttalDetailSchema = z.strictObject({ answers: z.array(rebuttalSchema).max(64) });
export type RebuttalDetail = z.infer<typeof rebuttalDetailSchema>;

/** What came of testing a finding. `id` is how it can be cited. */
export const checkedFindingSchema = z.strictObject({
  id: z.string().max(96),
  finding: z.string().max(96),
  outcome: checkOutcomeSchema,
  summary: z.string().max(500),
});
export type CheckedFinding = z.infer<typeof checkedFindingSchema>;

/** What a reviewer is shown for its second vote, besides the motion: nobody's verdict but its own. */
export const debateSchema = z.strictObject({
  own: opinionVerdictSchema,
  findings: z.array(debatedFindingSchema).max(64),
  answers: z.array(rebuttalSchema).max(64),
  checks: z.array(checkedFindingSchema).max(64),
});
export type Debate = z.infer<typeof debateSchema>;

/** Answer of POST /v1/rebuttals of the proposer: a `rebuttal` statement and what it commits to. */
export const rebuttalAnswerSchema = z.strictObject({
  envelope: envelopeSchema,
  detail: rebuttalDetailSchema,
  /** Of the commitment: `sha256(salt || canonical JSON of the detail)`. */
  salt: z.string().regex(/^[0-9a-f]{64}$/),
});
export type RebuttalAnswer = z.infer<typeof rebuttalAnswerSchema>;

/** GET /v1/motions/{digest}/debate: how a motion came to its verdict, in the order of the ledger. */
export const debateViewSchema = z.strictObject({
  motion: digestSchema,
  run: runIdSchema,
  votes: z.array(
    z.strictObject({
      reviewer: nameSchema,
      mandate: nameSchema,
      group: nameSchema,
      phase: z.enum(['blind', 'second']),
      brain: z.string(),
      verdict: opinionVerdictSchema,
      changedFrom: opinionVerdictSchema.nullable(),
      because: z.array(z.string()),
      /** False for a first vote that a second one replaced, and for a change that names no cause. */
      stands: z.boolean(),
      /** Digest of all that the reviewer was shown. */
      shown: digestSchema,
      rationale: z.string(),
      findings: z.array(findingDetailSchema),
      entry: z.int(),
    }),
  ),
  findings: z.array(
    z.strictObject({
      id: z.string(),
      rule: z.string(),
      severity: z.string(),
      step: stepIdSchema.nullable(),
      claim: z.string(),
      answer: rebuttalSchema.nullable(),
      check: checkedFindingSchema.nullable(),
    }),
  ),
  approvals: z.array(
    z.strictObject({ person: nameSchema, verdict: z.enum(['approve', 'reject']), entry: z.int(), time: z.string() }),
  ),
  verdicts: z.array(
    z.strictObject({
      verdict: z.enum(['carried', 'rejected', 'referred']),
      reason: z.string(),
      explanation: z.string(),
      /** What the rule of the class asks for, beside what was counted. */
      rule: z.array(z.strictObject({ what: z.string(), needed: z.int(), counted: z.int() })),
      trustPolicy: digestSchema,
      entry: z.int(),
      time: z.string(),
    }),
  ),
});
export type DebateView = z.infer<typeof debateViewSchema>;
