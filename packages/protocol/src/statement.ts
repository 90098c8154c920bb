import * as z from 'zod';
import { digestSchema, type Digest } from './digest.ts';
import { callIdSchema, callPurposeSchema, promptReferenceSchema } from './model-call.ts';
import { providerSchema } from './model.ts';
import { nameSchema, stepIdSchema, timeSchema } from './name.ts';
import { placeholderKindSchema } from './placeholder.ts';
import { dataClassSchema, purposeSchema } from './plan.ts';
import { probeOutcomeSchema } from './probe.ts';
import { outcomeSchema } from './request.ts';
import { accessActionSchema } from './access.ts';
import { auditPredicates } from './audit-statement.ts';
import { riskClassSchema, roleSchema } from './trust-policy.ts';

const count = z.int().min(0).max(1_000_000);
const rule = z
  .string()
  .max(96)
  .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/);
const identifier = z
  .string()
  .max(96)
  .regex(/^[a-z0-9-]+$/);

const keyId = z
  .string()
  .max(96)
  .regex(/^[a-z][a-z0-9-]*\/[0-9a-f]{16}$/);

/** A JSON pointer into a trust policy: of the names that are in it, and nothing else. */
const policyPlace = z
  .string()
  .max(256)
  .regex(/^(?:\/[A-Za-z0-9._:@-]{1,96})*$/);

/** Playbooks and signatures, as `cluster`, `test/marker` or `net.port-in-use`. */
const catalogueName = z
  .string()
  .max(128)
  .regex(/^[a-z0-9-]+(?:[./][a-z0-9-]+)*$/);

export const severitySchema = z.enum(['info', 'low', 'medium', 'high', 'critical']);
export type Severity = z.infer<typeof severitySchema>;
export const opinionVerdictSchema = z.enum(['approve', 'reject', 'abstain']);
export const verdictSchema = z.enum(['carried', 'rejected', 'referred']);
export type Verdict = z.infer<typeof verdictSchema>;

/** One claim of an opinion, without words: the text is in the sealed detail (Invariant 12). */
export const findingSchema = z.strictObject({
  id: identifier,
  rule,
  severity: severitySchema,
  step: stepIdSchema.nullable(),
  /** It cites what shows it. Only then it can outvote everybody (Invariant 3). */
  evidenced: z.boolean(),
});

/** `blind`: bound before any other opinion was known. `second`: after findings, answers and checks, still without names. */
export const votePhaseSchema = z.enum(['blind', 'second']);
/** Why somebody has no opinion. */
export const abstentionSchema = z.enum([
  /** No rule knows anything of this. */
  'nothing-known',
  /** An adversary has looked and found no harm; it may not approve. */
  'nothing-found',
  'no-answer',
  'budget',
  'not-allowed',
]);
export const rebuttalKindSchema = z.enum(['fix', 'refute', 'ask-person']);
export const checkOutcomeSchema = z.enum(['confirmed', 'disproved', 'unknown']);

/** Finding ids, places in the plan, ids of checks and observations: what a changed verdict names as its cause. */
const causes = z
  .array(
    z
      .string()
      .max(256)
      .regex(/^[\x21-\x7e]+$/),
  )
  .max(16);

export const planRefusalSchema = z.enum([
  'goal-unknown',
  'inputs-invalid',
  'goal-ambiguous',
  /** The model gave no plan: refused by the gateway, or twice outside the schema. */
  'model-refused',
]);
export type PlanRefusal = z.infer<typeof planRefusalSchema>;

export const motionKindSchema = z.enum(['plan', 'heal']);
export const causeSchema = z.enum([
  'exit',
  'timeout',
  'out-of-memory',
  'output-cap',
  'cancelled',
  'infrastructure',
  'not-ready',
  'sandbox-lost',
]);

/** What an attestation is about. `reading`: state that a planner wants to know before it plans. */
export const attestedSchema = z.enum([
  'reading',
  'control',
  'step',
  'goal',
  'confirmation',
  'baseline',
  'restored',
  /** What a motion finds when it is frozen, and again before it is carried out: the same, or it has drifted. */
  'target',
  /** The test of a reviewer's finding. */
  'finding',
]);

export const brainKindSchema = z.enum(['playbook', 'model']);

/** What an agent thought with; `calls` are the model calls that led to it, each with its own egress entry. */
const thought = { brain: brainKindSchema, tokens: z.int().min(0), calls: z.array(callIdSchema).max(16) };
const amount = { tokens: z.int().min(0), microUsd: z.int().min(0) };

/**
 * What each kind of ledger entry says. Closed and without free text: ids, enumerations, digests, numbers.
 * The subject of the statement is always the digest of the document it is about.
 */
export const predicateSchemas = {
  'log-start': z.strictObject({ trustPolicy: digestSchema }),
  'log-stop': z.strictObject({}),
  /** subject: the accepted request */
  request: z.strictObject({
    requester: nameSchema,
    commitment: digestSchema,
    /** The requester's own statement, by digest. */
    intent: digestSchema.nullable(),
  }),
  /** subject: run, requester and request. Signed by the requester, so that no server can ask in somebody's name. */
  intent: z.strictObject({ requester: nameSchema, trustPolicy: digestSchema }),
  /** subject: the plan. Signed by the planner, or by the healer for a heal patch. */
  plan: z.strictObject({
    revision: count,
    pack: nameSchema,
    playbook: catalogueName,
    commitment: digestSchema,
    ...thought,
  }),
  /** subject: the request. The planner knows no playbook for the goal. */
  'plan-refusal': z.strictObject({
    reason: planRefusalSchema,
    commitment: digestSchema,
    ...thought,
  }),
  /** subject: the request. The planner asks one question instead of guessing. */
  clarification: z.strictObject({ commitment: digestSchema, ...thought }),
  /** subject: the request. What a person answered. */
  'clarification-answer': z.strictObject({ person: nameSchema, commitment: digestSchema }),
  /** subject: the plan. From here on the bytes are fixed. */
  motion: z.strictObject({
    kind: motionKindSchema,
    revision: count,
    riskClass: riskClassSchema,
    reasons: z.array(rule).max(64),
    trustPolicy: digestSchema,
    evidence: digestSchema,
    envelope: identifier.nullable(),
    /** The plan that this one changes. */
    previous: digestSchema.nullable(),
    /** Digest of what was seen of the target when it was frozen; null where there is none yet. */
    state: digestSchema.nullable(),
  }),
  /** subject: the plan */
  checks: z.strictObject({ passed: z.boolean(), findings: z.array(findingSchema).max(64), commitment: digestSchema }),
  /** subject: the plan. Binds the reviewer before it can know another's opinion. */
  commitment: z.strictObject({ round: count, commitment: digestSchema }),
  /** subject: the plan */
  opinion: z.strictObject({
    round: count,
    phase: votePhaseSchema,
    verdict: opinionVerdictSchema,
    findings: z.array(findingSchema).max(64),
    abstention: abstentionSchema.nullable(),
    /** Of a second vote: the first verdict where it differs, and what changed it. */
    changedFrom: opinionVerdictSchema.nullable(),
    because: causes,
    /** Digest of all that the reviewer was shown: it can be proven what it had not seen. */
    shown: digestSchema,
    evidence: digestSchema,
    trustPolicy: digestSchema,
    mandate: nameSchema,
    commitment: digestSchema,
    ...thought,
  }),
  /** subject: the plan. Signed by its proposer, who has read all findings without names. */
  rebuttal: z.strictObject({
    round: count,
    answers: z.array(z.strictObject({ finding: identifier, kind: rebuttalKindSchema, evidence: causes })).max(64),
    commitment: digestSchema,
    ...thought,
  }),
  /** subject: the plan. A finding was put to the test. */
  'finding-check': z.strictObject({
    check: identifier,
    finding: identifier,
    rule,
    step: stepIdSchema.nullable(),
    means: z.enum(['query', 'probe']),
    outcome: checkOutcomeSchema,
    commitment: digestSchema,
  }),
  /** subject: the plan. Signed by the person's own key. */
  approval: z.strictObject({ verdict: z.enum(['approve', 'reject']), trustPolicy: digestSchema }),
  /** subject: the plan */
  verdict: z.strictObject({
    verdict: verdictSchema,
    riskClass: riskClassSchema,
    reason: rule,
    opinions: z.array(digestSchema).max(64),
    approvals: z.array(digestSchema).max(16),
    /** The two statements with which people broke the glass, where they did. */
    breakGlass: z.array(digestSchema).max(8),
    counted: z.strictObject({ reviewers: count, approvals: count, groups: count, people: count }),
    trustPolicy: digestSchema,
  }),
  /** subject: the execution subject (exact bytes) */
  permit: z.strictObject({
    permit: identifier,
    step: stepIdSchema,
    purpose: purposeSchema,
    attempt: count,
    fence: count,
    motion: digestSchema,
    verdict: digestSchema,
    trustPolicy: digestSchema,
    issuedAt: timeSchema,
    expiresAt: timeSchema,
  }),
  /** subject: the execution subject the runner was asked to run. Signed by the runner. */
  refusal: z.strictObject({ permit: identifier.nullable(), code: identifier }),
  /** subject: the execution subject. Signed by the runner. */
  receipt: z.strictObject({
    permit: identifier,
    step: stepIdSchema,
    purpose: purposeSchema,
    attempt: count,
    fence: count,
    outcome: z.enum(['succeeded', 'failed']),
    cause: causeSchema,
    exit: z.int().min(0).max(255).nullable(),
    stdout: digestSchema,
    stderr: digestSchema,
    startedAt: timeSchema,
    endedAt: timeSchema,
  }),
  /** subject: the execution subject, or the plan for the goal and the environment. Signed by the attestor. */
  attestation: z.strictObject({
    about: attestedSchema,
    step: stepIdSchema.nullable(),
    attempt: count,
    fence: count,
    outcome: probeOutcomeSchema,
    probes: z.array(z.strictObject({ id: nameSchema, outcome: probeOutcomeSchema, observed: digestSchema })).max(64),
  }),
  /** subject: the receipt or attestation that shows the failure. Signed by the healer. */
  diagnosis: z.strictObject({
    step: stepIdSchema,
    attempt: count,
    class: z.enum(['deterministic', 'transient', 'capacity', 'security', 'infrastructure', 'unknown']),
    signature: catalogueName.nullable(),
    decision: z.enum(['retry', 'patch', 'undo', 'ask-person']),
    commitment: digestSchema,
    ...thought,
  }),
  /** subject: the question. Signed by the agent that asks its model. */
  'model-question': z.strictObject({
    purpose: callPurposeSchema,
    motion: digestSchema.nullable(),
    attempt: z.int().min(1).max(2),
    prompt: promptReferenceSchema,
  }),
  /** subject: the exact bytes that are about to leave (Invariants 7 and 9). One for each try of a call. */
  egress: z.strictObject({
    call: callIdSchema,
    try: z.int().min(1).max(16),
    principal: nameSchema,
    purpose: callPurposeSchema,
    question: digestSchema,
    model: nameSchema,
    provider: providerSchema,
    dataClass: dataClassSchema,
    bytes: z.int().min(0),
    redactions: z.partialRecord(placeholderKindSchema, count),
    /** The worst case that was reserved (Invariant 8). */
    reserved: z.strictObject(amount),
    trustPolicy: digestSchema,
    commitment: digestSchema,
  }),
  /** subject: the bytes that left. */
  'egress-end': z.strictObject({
    call: callIdSchema,
    try: z.int().min(1).max(16),
    outcome: z.enum(['answered', 'failed', 'aborted', 'unknown']),
    status: z.int().min(100).max(599).nullable(),
    answer: digestSchema.nullable(),
    spent: z.strictObject(amount),
  }),
  /** subject: the trust policy that is in force from here on. `signature`: digest of the officer's envelope. */
  'trust-policy': z.strictObject({
    version: z.int().min(1),
    previous: digestSchema.nullable(),
    signature: digestSchema,
    changes: z.array(z.strictObject({ at: policyPlace, change: z.enum(['added', 'removed', 'changed']) })).max(256),
  }),
  /** subject: the trust policy that says so. `key`: key id. From the index of this entry on. */
  'principal-enrol': z.strictObject({ principal: nameSchema, role: roleSchema, group: nameSchema, key: keyId }),
  'principal-rotate': z.strictObject({ principal: nameSchema, key: keyId, previous: keyId }),
  'principal-revoke': z.strictObject({ principal: nameSchema, key: keyId }),
  /** subject: the trust policy in force. Nothing is permitted from here on. Signed by the person where that is possible. */
  stop: z.strictObject({ person: nameSchema, commitment: digestSchema }),
  /** subject: the stop's envelope. Signed by another person than the one who stopped. */
  'stop-lift': z.strictObject({ person: nameSchema }),
  /** subject: the trust policy in force. Signed by one of those who break the glass together. */
  'break-glass': z.strictObject({
    grant: identifier,
    until: timeSchema,
    classes: z.array(riskClassSchema).min(1).max(3),
    commitment: digestSchema,
  }),
  /** subject: the trust policy in force. Somebody ends what was opened before its time. */
  'break-glass-end': z.strictObject({ grant: identifier, person: nameSchema }),
  /** subject: the hash of the token. */
  'token-issue': z.strictObject({
    token: identifier,
    person: nameSchema,
    issuer: nameSchema,
    scopes: z.array(accessActionSchema).max(8),
    expiresAt: timeSchema,
  }),
  'token-revoke': z.strictObject({ token: identifier, person: nameSchema }),
  /** subject: the trust policy in force. A person stops every model call, or lifts the stop. */
  'model-stop': z.strictObject({ person: nameSchema, commitment: digestSchema }),
  'model-resume': z.strictObject({ person: nameSchema }),
  /** subject: the request. People stop a run. */
  cancellation: z.strictObject({ person: nameSchema }),
  /** subject: the request. The last word about a run: how many entries it has, and the chain that they make. */
  settlement: z.strictObject({
    outcome: outcomeSchema,
    reason: rule,
    steps: count,
    heals: count,
    ...amount,
    entries: count,
    chain: digestSchema,
  }),
  ...auditPredicates,
} as const;

export type EntryKind = keyof typeof predicateSchemas;
export type Predicate<Kind extends EntryKind> = z.infer<(typeof predicateSchemas)[Kind]>;
export const entryKinds = Object.keys(predicateSchemas) as readonly EntryKind[];

export interface Statement<Kind extends EntryKind = EntryKind> {
  readonly kind: Kind;
  /** `duovir` for what concerns no run (log-start, log-stop). */
  readonly run: string;
  readonly time: string;
  readonly subject: Digest;
  readonly predicate: Predicate<Kind>;
}

export function isEntryKind(value: string): value is EntryKind {
  return Object.hasOwn(predicateSchemas, value);
}
